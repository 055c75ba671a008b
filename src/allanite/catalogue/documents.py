"""YAML files into plain values, safely: no tags, no aliases, no duplicate keys, a size limit.

A file that cannot be read gives one `DataError` with file, line and remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from allanite.catalogue.files import read_text_file
from allanite.errors import DataError, Finding

MAX_YAML_BYTES: Final = 4 * 1024**2


def read_yaml(path: Path) -> object:
    """The values of a YAML 1.2 file: mappings, lists, texts, numbers, dates.

    Raises:
        DataError: the file is missing, empty, binary, too large, not YAML, holds a key
            twice, a tag of a programming language, an alias, or nests too deep.
    """
    return read_yaml_text(read_text_file(path), path.name)


def read_yaml_text(text: str, name: str) -> object:
    """The values of a YAML text; `name` is the file shown in faults.

    Raises:
        DataError: as for `read_yaml`.
    """
    if len(text.encode()) > MAX_YAML_BYTES:
        limit = f"at most {MAX_YAML_BYTES // 1024**2} MiB"
        raise _fault(name, 1, f"{len(text.encode()):,} bytes", limit, "Split the file.")
    try:
        _refuse_aliases(name, text)
        values: object = YAML(typ="safe", pure=True).load(text)
        return values
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = str(error.problem or error.context or "text that is not YAML")
        line = mark.line + 1 if mark is not None else 1
        raise _fault(name, line, _one_line(found), "YAML with each key once", _REMEDY) from error
    except (YAMLError, ValueError) as error:
        raise _fault(name, 1, _one_line(str(error)), "YAML", _REMEDY) from error
    except RecursionError as error:
        raise _fault(name, 1, "lists nested too deep", "a flat file", "Write it flat.") from error


_REMEDY: Final = "Correct the line: indentation, brackets, quotes and keys."


def _refuse_aliases(name: str, text: str) -> None:
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, AliasEvent):
            line = event.start_mark.line + 1
            raise _fault(name, line, f"the alias *{event.anchor}", "values", "Write it out.")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _fault(name: str, line: int, found: str, allowed: str, remedy: str) -> DataError:
    finding = Finding(
        table=name,
        place=f"line {line}",
        found=found,
        allowed=allowed,
        remedy=remedy,
        origin=f"{name}:{line}",
    )
    return DataError([finding])
