"""Command `allanite tutorial`: a small worked case, copied into a folder and walked through.

The walk is the text `tutorial/README.md`: its headings and sentences are shown, and each
line `$ allanite ...` of its code blocks is run as it stands.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from allanite.catalogue.folders import write_folder
from allanite.errors import UsageError

PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Step:
    """Some text and the commands that follow it.

    Attributes:
        text: Markdown shown before the commands.
        commands: command lines, each as a user would type it.
    """

    text: str
    commands: tuple[str, ...]


def steps_of(markdown: str) -> Iterator[Step]:
    """The steps of a walk: text up to and with a `console` block, and the block's commands."""
    text, rest = "", markdown
    while "```console\n" in rest:
        before, _, after = rest.partition("```console\n")
        block, _, rest = after.partition("```")
        lines = [line for line in block.splitlines() if line.startswith(PROMPT)]
        yield Step((text + before).strip(), tuple(line.removeprefix(PROMPT) for line in lines))
        text = ""
    if rest.strip():
        yield Step(rest.strip(), ())


def copy_tutorial(folder: Path) -> Path:
    """Copy the worked case to a new folder; raises `UsageError` if the folder exists."""
    if folder.exists():
        raise UsageError(f"{folder.name!r} exists; give the name of a new folder")
    if not folder.parent.is_dir():
        raise UsageError(f"no folder {str(folder.parent)!r}; make it first")
    source = Path(str(files("allanite"))) / "tutorial"
    write_folder(folder, lambda scratch: shutil.copytree(source, scratch, dirs_exist_ok=True))
    return folder


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command(
        epilog="Example: `allanite tutorial my-first-case`, then `--no-run` to read it alone."
    )(tutorial)


def tutorial(
    folder: Annotated[Path, typer.Argument(help="New folder for the worked case.")] = Path(
        "allanite-tutorial"
    ),
    run: Annotated[
        bool, typer.Option("--run/--no-run", help="Walk through it, or only copy the files.")
    ] = True,
) -> None:
    """Copy a small worked case into a folder and walk through it, offline, in five minutes."""
    console = Console()
    copied = copy_tutorial(folder)
    console.print(f"Copied the worked case to [bold]{folder}[/]; its text is README.md there.")
    if run:
        _walk(copied, console)


def _walk(folder: Path, console: Console) -> None:
    from rich.markdown import Markdown

    pause = sys.stdin.isatty()
    for step in steps_of((folder / "README.md").read_text(encoding="utf-8")):
        console.print(Markdown(step.text))
        for command in step.commands:
            console.print(f"\n[bold green]{PROMPT}{command}[/]", highlight=False)
            words = shlex.split(command)
            subprocess.run([sys.executable, "-m", *words], cwd=folder, check=False)  # noqa: S603
        if pause and step.commands:
            console.input("\n[dim]Enter goes on, Ctrl-C ends.[/] ")
