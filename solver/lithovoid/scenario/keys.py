"""The keys of the schema as text: where they are, what they take, which name was meant.

Error messages, overrides, material files and the reference page all describe a key through this
module, so that they cannot disagree.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.units import Unit

_BOUNDS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_KINDS = {str: "text", bool: "true or false", int: "integer", float: "number"}


@dataclass(frozen=True)
class Key:
    """One key of the schema, `path` in dots (lists have the index 0)."""

    path: str
    table: type[BaseModel]
    field: FieldInfo


def walk(table: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[Key]:
    """Yield all keys of `table` and of the tables below it, in the order of the schema."""
    for name, field in table.model_fields.items():
        path = f"{prefix}{name}"
        yield Key(path, table, field)
        index = ".0" if is_list(field) else ""
        for child in tables_in(field):
            yield from walk(child, f"{path}{index}.")


def tables_in(field: FieldInfo) -> list[type[BaseModel]]:
    """Return the tables that `field` may hold: none for a value, several for a union."""
    return [
        part for part in _parts(field) if isinstance(part, type) and issubclass(part, BaseModel)
    ]


def is_list(field: FieldInfo) -> bool:
    """Whether `field` holds a list of tables."""
    return any(get_origin(part) is list for part in _parts(field))


def unit_of(field: FieldInfo) -> Unit | None:
    """Return the unit of a quantity, None for keys that are no quantities."""
    return next((part for part in _parts(field) if isinstance(part, Unit)), None)


def accepts(field: FieldInfo) -> str:
    """Say in words what `field` takes: kind or unit, and range. Empty for tables."""
    if tables_in(field):
        return ""
    literals = [part for part in _parts(field) if get_origin(part) is Literal]
    if literals:
        return choices(get_args(literals[0]))
    unit = unit_of(field)
    kind = f"quantity in {unit.shown}" if unit else _KINDS[_plain_type(field)]
    return ", ".join([kind, *_ranges(field)])


def locate(
    location: Sequence[str | int], root: type[BaseModel] = Scenario
) -> tuple[str, FieldInfo | None, list[str]]:
    """Resolve the location of a validation error of `root`: its key in dots, its field, its
    neighbours.

    Pydantic puts the tag of a union's variant into locations; it is no key and left out. The
    field is None for an unknown key; neighbours are the keys that its table has.
    """
    tables: list[type[BaseModel]] = [root]
    key: list[str] = []
    field: FieldInfo | None = None
    neighbours: list[str] = []
    for part in location:
        chosen = [table for table in tables if len(tables) > 1 and part in _tags(table)]
        if chosen:
            tables = chosen
            continue
        key.append(str(part))
        if isinstance(part, str):
            neighbours = [name for table in tables for name in table.model_fields]
            owners = [table for table in tables if part in table.model_fields]
            field = owners[0].model_fields[part] if owners else None
            tables = tables_in(field) if field else []
    return ".".join(key), field, neighbours


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the names in `known` closest to `name`, or all of them if none is close."""
    names = list(dict.fromkeys(known))
    return ", ".join(difflib.get_close_matches(name, names, n=3) or names)


def choices(values: Iterable[str]) -> str:
    """Return the allowed `values` as text."""
    return " or ".join(f'"{value}"' for value in values)


def tags_of(field: FieldInfo) -> list[str]:
    """Return the values of the key that tells the variants of `field` apart."""
    return [tag for table in tables_in(field) for tag in _tags(table)]


def _tags(table: type[BaseModel]) -> tuple[Any, ...]:
    """Return the value of the key that tells the variants of a union apart."""
    annotations = (field.annotation for field in table.model_fields.values())
    return tuple(
        tag for kind in annotations if get_origin(kind) is Literal for tag in get_args(kind)
    )


def _parts(field: FieldInfo) -> list[Any]:
    """Return the type of `field` taken apart: origins, arguments and metadata, depth first."""
    return [*_take_apart(field.annotation), *_flat(field.metadata)]


def _take_apart(annotation: Any) -> Iterator[Any]:
    yield annotation
    if get_origin(annotation) is Literal:
        return
    for part in get_args(annotation):
        yield from _take_apart(part)
    yield from _flat(getattr(annotation, "__metadata__", ()))


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for item in metadata:
        yield item
        if isinstance(item, FieldInfo):
            yield from item.metadata


def _plain_type(field: FieldInfo) -> type:
    kind: type = next(part for part in _parts(field) if part in _KINDS)
    return kind


def _ranges(field: FieldInfo) -> list[str]:
    """Return the bounds of a value as text, such as ``["> 0", "<= 1"]``."""
    found = (
        f"{sign} {getattr(part, name)}"
        for name, sign in _BOUNDS.items()
        for part in _parts(field)
        if type(part).__name__.lower() == name
    )
    return list(dict.fromkeys(found))
