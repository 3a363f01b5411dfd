"""Material files: default values of scenario keys, each with unit, source and note."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import suggestion, unit_of
from lithovoid.scenario.problems import problem
from lithovoid.scenario.schema import Anode, Electrolyte, Kinetics
from lithovoid.scenario.toml_files import find_file, merge, read_toml

_FOLDER = Path(str(files("lithovoid.materials")))

FILLS: dict[str, dict[str, type[BaseModel]]] = {
    "anode": {"anode": Anode},
    "electrolyte": {"electrolyte": Electrolyte, "kinetics": Kinetics},
}
"""Tables that the material of a scenario table gives defaults for."""


class Entry(BaseModel):
    """One value of a material file; `unit` is "1" for plain numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    value: float
    unit: str
    source: str
    note: str = ""


def available() -> list[str]:
    """Return the names of the materials that come with the package."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def read_material(path: Path, tables: dict[str, type[BaseModel]]) -> dict[str, dict[str, Entry]]:
    """Return the entries of the material file `path`: table -> key -> entry.

    `tables` are those that the material must have. Raises ConfigurationError for a file that
    lacks them, has unknown tables or keys, or entries without value, unit or source.
    """
    content = {name: keys for name, keys in read_toml(path).items() if name != "material"}
    if content.keys() != tables.keys():
        needs = ", ".join(f"[{name}.*]" for name in tables)
        raise ConfigurationError(f"{path}: a material for this must have the tables {needs}")
    return {name: _entries(path, name, keys, tables[name]) for name, keys in content.items()}


def fill_from_materials(data: dict[str, Any], base: Path) -> tuple[dict[str, Any], list[str]]:
    """Merge material defaults under the keys of the scenario `data`.

    Material paths are relative to `base` and made absolute. Returns the filled data, and a line
    per material that could not be used.
    """
    problems = []
    for owner, tables in FILLS.items():
        table = data.get(owner, {})
        if not isinstance(table, dict):
            continue  # the schema will say so
        material = table.get("material", tables[owner].model_fields["material"].default)
        try:
            name, path = _find(material, base)
            entries = read_material(path, tables)
        except ConfigurationError as error:
            problems.append(f"{owner}.material: {error}")
            continue
        defaults = {table: _values(keys, tables[table]) for table, keys in entries.items()}
        data = merge(merge(defaults, data), {owner: {"material": name}})
    return data, problems


def _find(material: Any, base: Path) -> tuple[str, Path]:
    """Return name and file of a material; for a file of the user, its name is its path."""
    if material in available():
        return material, _FOLDER / f"{material}.toml"
    allowed = f"{', '.join(available())}, or the path of a .toml file"
    if not isinstance(material, str) or not material.endswith(".toml"):
        raise ConfigurationError(f"unknown (given: {material!r}; allowed: {allowed})")
    path = find_file(base, material)
    if path is None:
        raise ConfigurationError(f"no such file (given: {material!r}; allowed: {allowed})")
    return str(path), path


def _entries(path: Path, name: str, keys: Any, table: type[BaseModel]) -> dict[str, Entry]:
    if not isinstance(keys, dict):
        raise ConfigurationError(f"{path}: [{name}] must be a table of tables")
    known = table.model_fields
    entries = {}
    for key, entry in keys.items():
        if key not in known:
            close = suggestion(key, known)
            raise ConfigurationError(
                f"{path}: {problem(f'{name}.{key}', 'unknown key', None, close)}"
            )
        try:
            entries[key] = Entry.model_validate(entry)
        except ValidationError as error:
            wrong = "; ".join(f"{_dots(e['loc'])} {e['msg'].lower()}" for e in error.errors())
            raise ConfigurationError(f"{path}: {name}.{key}: {wrong}") from None
    return entries


def _dots(location: tuple[str | int, ...]) -> str:
    return ".".join(map(str, location)) or "entry"


def _values(entries: dict[str, Entry], table: type[BaseModel]) -> dict[str, Any]:
    """Return the entries as scenario values: text with a unit, or plain numbers."""
    return {
        key: entry.value
        if unit_of(table.model_fields[key]) is None and entry.unit == "1"
        else f"{entry.value!r} {entry.unit}"
        for key, entry in entries.items()
    }
