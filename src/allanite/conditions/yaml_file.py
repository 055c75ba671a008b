"""Files a user writes by hand: YAML of plain values, and findings that show what was found."""

from __future__ import annotations

from pathlib import Path
from reprlib import Repr
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node

from allanite.catalogue.files import fault, read_text_file

MAX_BYTES: Final = 1024**2


def load_plain_yaml(path: Path, kind: str) -> object:
    """Plain values of a YAML file: no tags, no objects, at most `MAX_BYTES`.

    Args:
        path: the file.
        kind: what it should be, e.g. `case`; named in faults.

    Raises:
        DataError: the file is missing, empty, too large, binary, or not YAML of plain values.
    """
    text = read_text_file(path, MAX_BYTES)
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _PlacedConstructor
    allowed = f"YAML of a {kind}"
    try:
        return yaml.load(text)
    except RecursionError as error:
        found, remedy = "lists or keys nested too deep", f"Compare it with a shipped {kind}."
        raise fault(path.name, found, allowed, remedy) from error
    except YAMLError as error:
        found = " ".join(str(error).replace(' in "<unicode string>"', "").split())
        found = found.partition(" To suppress this check")[0]
        raise fault(path.name, found, allowed, "Repair the line named.") from error


class _PlacedConstructor(SafeConstructor):
    """Names the line of a value that looks like a date or a number and is none."""

    def construct_object(self, node: Node, deep: bool = False) -> object:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise ConstructorError(problem=str(error), problem_mark=node.start_mark) from error


def shown(value: object) -> str:
    """A value as found, short however large or deeply shared it is."""
    short = Repr()
    short.maxstring = short.maxother = 120
    return short.repr(value)[:200]
