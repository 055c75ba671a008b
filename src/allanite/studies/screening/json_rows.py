"""JSON to rows of text cells: a list of parts, or `{"parts": [...]}`, parts within parts.

Numbers keep their digits as written. What JSON allows and no list of parts needs is refused:
NaN, a name twice in one object, lists as cells, nesting beyond what the parser takes.
"""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from allanite.catalogue.files import fault
from allanite.errors import DataError

PARTS: Final = "parts"
MAX_OBJECTS: Final = 4_000_000  # objects and lists; a part of CycloneDX has about sixteen
MAX_VALUES: Final = 20_000_000
Row = dict[str, str | None]


def parse_json(text: str, origin: str) -> Any:  # noqa: ANN401
    """The content; numbers as texts.

    Raises:
        DataError: no JSON, nesting that is too deep, NaN, a name twice in an object.
    """

    def refuse(word: str) -> NoReturn:
        raise fault(origin, word, "finite numbers", "Leave a value out where it is not known.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise fault(origin, f"{twice!r} twice in one object", "each name once", "Remove one.")
        return found

    if text.count("{") + text.count("[") > MAX_OBJECTS or text.count(",") > MAX_VALUES:
        allowed = f"at most {MAX_OBJECTS:,} objects and {MAX_VALUES:,} values"
        raise fault(origin, "more objects than a list of parts has", allowed, "Split the file.")
    try:
        return json.loads(
            text,
            parse_constant=refuse,
            parse_float=str,
            parse_int=str,
            object_pairs_hook=unique,
        )
    except RecursionError as error:
        found = "nesting of hundreds of levels"
        remedy = "List the parts flat, with part_id and parent_id."
        raise fault(origin, found, "parts a few levels deep", remedy) from error
    except DataError:
        raise
    except ValueError as error:
        raise fault(origin, str(error), "JSON", "Repair the file.") from error


def json_rows(content: object, origin: str) -> list[Row]:
    """Rows of cells; a part inside the `parts` of another has that one as its parent.

    Raises:
        DataError: something that is not a part, or a cell that is not one value.
    """
    top = content.get(PARTS) if isinstance(content, dict) else content
    if not isinstance(top, list):
        allowed = 'a list of parts, or an object with "parts"'
        raise fault(origin, _kind(content), allowed, "See the page on bills of materials.")
    rows: list[Row] = []
    todo: list[tuple[Any, str | None]] = [(part, None) for part in reversed(top)]
    while todo:
        part, above = todo.pop()
        place = f"part {len(rows) + 1}"
        if not isinstance(part, dict):
            raise fault(origin, f"{_kind(part)} as {place}", "an object", "Write it as an object.")
        row = {
            name: cell_text(value, f"{place}, {name}", origin)
            for name, value in part.items()
            if name != PARTS
        }
        if above is not None:
            row.setdefault("parent_id", above)
        rows.append(row)
        inside = part.get(PARTS, [])
        if not isinstance(inside, list) or (inside and not row.get("part_id")):
            found = f"parts in {place}, which has no part_id"
            raise fault(origin, found, "a list below a part with part_id", "Add its part_id.")
        todo += [(child, row["part_id"]) for child in reversed(inside)]
    return rows


def cell_text(value: object, place: str, origin: str) -> str | None:
    """One cell as text; raises `DataError` for a list or an object."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "yes" if value else "no"
    raise fault(f"{origin}[{place}]", _kind(value), "one value", "Write one value a cell.")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text or number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
