"""What a reader sees while a long command works: on the terminal only, never in the output."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from allanite.present.output import printable


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """Show on stderr what is being done; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{task} …"):
        yield


@contextmanager
def counting(task: str) -> Iterator[Callable[[str, int, int], None]]:
    """A function to tell (what, steps done, steps); shown on stderr where it is a terminal.

    Steps of unknown number are told as 0.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        bar = shown.add_task(f"{task} …", total=None)

        def tell(what: str, done: int, total: int) -> None:
            words = f"{task}: {escape(printable(what))}" if what else task
            shown.update(bar, description=words, completed=done, total=total or None)

        yield tell
