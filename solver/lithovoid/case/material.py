"""Material files: default values of scenario keys, each with unit, source and note."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import suggestion, unit_of
from lithovoid.scenario.problems import problem
from lithovoid.scenario.schema import Anode, Electrolyte, Kinetics, Scenario
from lithovoid.scenario.toml_files import find_file, merge, read_toml
from lithovoid.scenario.units import Unit

_FOLDER = Path(str(files("lithovoid.materials")))

FILLS: dict[str, dict[str, type[BaseModel]]] = {
    "anode": {"anode": Anode},
    "electrolyte": {"electrolyte": Electrolyte, "kinetics": Kinetics},
}
"""Tables that the material of a scenario table gives defaults for."""


KELVIN = Unit("K", "K")


def _ascending(ends: list[float]) -> list[float]:
    if ends[0] > ends[-1]:
        raise ValueError("must be the lower and the upper end")
    return ends


Ends = Annotated[list[float], Field(min_length=2, max_length=2), AfterValidator(_ascending)]
"""Lower and upper end of a range."""


class Entry(BaseModel):
    """One value of a material file; `unit` is "1" for plain numbers.

    `range` are the ends of what its sources give, in `unit`; the value holds in `temperature_range`
    [K] and `composition_range` [magnesium per site], where these are given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    value: float
    unit: str
    source: str
    note: str = ""
    range: Ends | None = None
    temperature_range: Ends | None = None
    composition_range: Ends | None = None

    @property
    def is_placeholder(self) -> bool:
        """Whether the source says that nothing is known."""
        return self.source.lower().startswith("placeholder")


@dataclass(frozen=True)
class Material:
    """A material file as a scenario uses it; `entries` by their keys of the scenario.

    `temperature` [K] is that of the values, None where the file does not state it.
    """

    name: str
    temperature: float | None
    entries: dict[str, Entry]


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
            _temperature(path)
        except ConfigurationError as error:
            problems.append(f"{owner}.material: {error}")
            continue
        defaults = {table: _values(keys, tables[table]) for table, keys in entries.items()}
        data = merge(merge(defaults, data), {owner: {"material": name}})
    return data, problems


def used_materials(scenario: Scenario) -> Iterator[Material]:
    """Yield the materials of `scenario`; one whose file is gone is left out."""
    for owner, tables in FILLS.items():
        try:
            name, path = _find(getattr(scenario, owner).material, Path())
            entries = read_material(path, tables)
        except ConfigurationError:
            continue
        yield Material(
            name=name,
            temperature=_temperature(path),
            entries={
                f"{t}.{key}": entry for t, keys in entries.items() for key, entry in keys.items()
            },
        )


def quantity_of(entry: Entry, field: FieldInfo, number: float) -> float:
    """Return a `number` in the unit of `entry` as the scenario key `field` has it, in SI units."""
    unit = unit_of(field)
    return number if unit is None else unit.parse(f"{number!r} {entry.unit}")


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


def _temperature(path: Path) -> float | None:
    """Return the temperature [K] at which the values hold, None where the file says nothing."""
    about = read_toml(path).get("material", {})
    given = about.get("temperature") if isinstance(about, dict) else None
    try:
        return None if given is None else KELVIN.parse(given)
    except ValueError as error:
        raise ConfigurationError(f"{path}: material.temperature: {error}") from None


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
