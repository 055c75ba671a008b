"""CycloneDX 1.6 and 1.7 (JSON) to rows and back.

Taken because it is an open standard (ECMA-424) that names components in a tree, suppliers,
makers and free properties, and because buyers of electronics already ask for it. It has no
place for mass, price, material, customs code or the country of a stage: those stand in
properties named `allanite:<column>`. Components that are not devices (software, data) are
passed over; the devices inside them count for the next device above.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.catalogue.tables.screening import BILL_OF_MATERIALS

VERSIONS: Final = ("1.6", "1.7")
PREFIX: Final = "allanite:"
DEVICE: Final = "device"
DEEPEST_WRITTEN: Final = 50  # deeper parts stand flat with `allanite:parent_id`
_PLACED: Final = ("part_id", "parent_id", "name", "supplier", "manufacturer")
_NAMESPACE: Final = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # names that are addresses

Row = dict[str, str | None]


def is_cyclonedx(content: object) -> bool:
    """Whether parsed JSON says that it is CycloneDX."""
    return isinstance(content, dict) and content.get("bomFormat") == "CycloneDX"


def cyclonedx_rows(content: Mapping[str, Any], origin: str) -> list[Row]:
    """Rows of cells of a CycloneDX document.

    Raises:
        DataError: a version that is not read, or fields that are not of the specification.
    """
    version = str(content.get("specVersion"))
    if version not in VERSIONS:
        allowed = f"version {' or '.join(VERSIONS)}"
        raise fault(origin, f"CycloneDX {version}", allowed, "Export it in one of these versions.")
    metadata = _object(content.get("metadata", {}), "metadata", origin)
    product = metadata.get("component")
    rows: list[Row] = []
    top: str | None = None
    if product is not None:
        top = _add(rows, product, None, "metadata.component", origin)
    todo = _inside(content, top, "components", origin)
    if product is not None:
        todo = _inside(product, top, "metadata.component.components", origin) + todo
    todo.reverse()
    while todo:
        component, above, place = todo.pop()
        own = _add(rows, component, above, place, origin)
        todo += reversed(_inside(component, own, f"{place}.components", origin))
    return rows


def _inside(
    holder: Mapping[str, Any], above: str | None, place: str, origin: str
) -> list[tuple[Mapping[str, Any], str | None, str]]:
    components = holder.get("components", [])
    if not isinstance(components, list):
        raise fault(f"{origin}[{place}]", "no list", "a list of components", "Repair the file.")
    return [(c, above, f"{place}[{n}]") for n, c in enumerate(components)]


def _object(value: object, place: str, origin: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise fault(f"{origin}[{place}]", "no object", "an object", "Repair the file.")
    return value


def _add(
    rows: list[Row], component: object, above: str | None, place: str, origin: str
) -> str | None:
    """Append the row of a device; the id that parts inside it name as their parent."""
    found = _object(component, place, origin)
    if found.get("type") != DEVICE and not place.startswith("metadata"):
        return above
    own = _text(found.get("bom-ref")) or place
    row: Row = {"part_id": own, "parent_id": above, "name": _text(found.get("name"))}
    row["supplier"] = _party(found.get("supplier"))
    row["manufacturer"] = _party(found.get("manufacturer"))
    row |= _properties(found.get("properties", []), place, origin)
    rows.append(row)
    return own


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _party(value: object) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else None


def _properties(properties: object, place: str, origin: str) -> Row:
    """Our properties by column; one that stands twice is joined by `; `."""
    if not isinstance(properties, list):
        raise fault(f"{origin}[{place}]", "no list", "a list of properties", "Repair the file.")
    row: Row = {}
    for item in properties:
        name, value = _object(item, f"{place}.properties", origin).get("name"), item.get("value")
        if not isinstance(name, str) or not name.startswith(PREFIX) or not _text(value):
            continue
        column = name.removeprefix(PREFIX)
        row[column] = f"{row[column]}; {value}" if column in row else str(value)
    return row


def cyclonedx_text(rows: Sequence[Mapping[str, object]], version: str = VERSIONS[0]) -> str:
    """A CycloneDX document of the rows of a typed `bill_of_materials` table.

    Args:
        rows: rows with parents by `parent_id`, every assembly before its parts.
        version: version of the specification.
    """
    components: dict[str, dict[str, Any]] = {}
    depth: dict[str, int] = {}
    top: list[dict[str, Any]] = []
    for row in rows:
        own, above = str(row["part_id"]), row.get("parent_id")
        flat = above is not None and depth[str(above)] + 1 >= DEEPEST_WRITTEN
        component = components[own] = _component(row, with_parent=flat)
        depth[own] = 0 if above is None or flat else depth[str(above)] + 1
        holder = (
            top if above is None or flat else components[str(above)].setdefault("components", [])
        )
        holder.append(component)
    serial = uuid.uuid5(_NAMESPACE, json.dumps(top, sort_keys=True))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "components": top,
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _component(row: Mapping[str, object], *, with_parent: bool) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": DEVICE,
        "bom-ref": row["part_id"],
        "name": row.get("name") or row["part_id"],
    }
    for party in ("supplier", "manufacturer"):
        if row.get(party):
            component[party] = {"name": row[party]}
    columns = [name for name in BILL_OF_MATERIALS.column_names if name not in _PLACED]
    stated = [(name, row.get(name)) for name in [*columns, *(["parent_id"] if with_parent else [])]]
    properties = [
        {"name": f"{PREFIX}{name}", "value": _value(value)}
        for name, value in stated
        if value is not None
    ]
    return {**component, "properties": properties} if properties else component


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


def sorted_rows(
    rows: Iterable[Mapping[str, object]], order: Iterable[int]
) -> list[Mapping[str, object]]:
    """Rows in an order, such as that of a tree, where assemblies stand before their parts."""
    listed = list(rows)
    return [listed[position] for position in order]
