"""What a reader sees while a long command works: on the terminal only, never in the output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def waiting(task: str) -> Iterator[None]:
    """Show on stderr what is being done; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(f"{task} …"):
        yield
