"""Whatever is put in, a scenario comes out, or one ConfigurationError."""

import contextlib
from copy import deepcopy
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scenario_cases import HERE, data

from lithovoid.case.load import dump_toml, load_scenario, parse_scenario, physics_hash
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import accepts, locate, tables_in, unit_of, walk

KEYS = [key.path for key in walk()]
UNITS = sorted({unit.shown for key in walk() if (unit := unit_of(key.field))})
NAMES = sorted({part for path in KEYS for part in path.split(".")} - {"0"})

numbers = st.floats() | st.integers() | st.integers(10**18, 10**400) | st.booleans()
quantities = st.builds("{:g} {}".format, st.floats(-1e6, 1e6), st.sampled_from(UNITS))
words = st.sampled_from(["planar", "file", "strip", "rest", "hold", "plate", "replay", "LLZO"])
scalars = numbers | quantities | words | st.text(max_size=8) | st.dates()
names = st.sampled_from(NAMES) | st.text(max_size=4)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def usable(given_data: dict[str, Any]) -> None:
    with contextlib.suppress(ConfigurationError):
        loaded = parse_scenario(given_data, HERE)
        assert parse_scenario(loaded.dump(), HERE) == loaded


@quick
@given(st.dictionaries(names, anything, max_size=6))
def test_any_tables(tables: dict[str, Any]) -> None:
    usable(tables)


@quick
@given(st.lists(st.tuples(st.sampled_from(KEYS), anything), min_size=1, max_size=3))
def test_a_good_scenario_with_any_changes(changes: list[tuple[str, Any]]) -> None:
    changed = data(geometry={"void": [{"x": "5 um", "radius": "1 um"}]})
    for path, value in changes:
        place(changed, path.split("."), value)
    usable(changed)


def place(table: Any, path: list[str], value: Any) -> None:
    *parents, name = path
    for part in parents:
        if isinstance(table, list) and table:
            table = table[0]
        elif isinstance(table, dict):
            table = table.setdefault(part, {})
    if isinstance(table, dict):
        table[name] = deepcopy(value)


@quick
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):
        load_scenario(path)


@quick
@given(st.lists(st.sampled_from(KEYS) | st.text(max_size=8), max_size=2), anything)
def test_any_override(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], value: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "case.toml"
    path.write_text(tomli_w.dumps(data()))
    with contextlib.suppress(ConfigurationError):
        load_scenario(path, [f"{key}={value}" for key in keys])


def quantity(unit: str, least: float, most: float) -> st.SearchStrategy[str]:
    return st.floats(least, most).map(lambda value: f"{value!r} {unit}")


usable_values = st.fixed_dictionaries(
    {
        "temperature": quantity("K", 200, 400),
        "geometry": st.fixed_dictionaries(
            {
                "width": quantity("um", 1, 1e3),
                "anode": quantity("um", 1, 1e3),
                "electrolyte": quantity("mm", 1e-3, 1),
            }
        ),
        "anode": st.fixed_dictionaries(
            {"x_mg": st.floats(0, 0.4), "diffusivity": quantity("cm^2/s", 1e-14, 1e-6)}
        ),
        "nucleation": st.just({"seed_radius": "0.25 um"}),
        "protocol": st.tuples(quantity("min", 1e-3, 1e3)).map(
            lambda time: [{"step": "rest", "until": {"time": time[0]}}]
        ),
    }
)


@quick
@given(usable_values)
def test_dumped_scenarios_load_as_equal_ones(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]
) -> None:
    loaded = parse_scenario(data(**values), HERE)
    path = tmp_path_factory.getbasetemp() / "dumped.toml"
    path.write_text(dump_toml(loaded), encoding="utf-8")
    again = load_scenario(path)
    assert again == loaded
    assert physics_hash(again) == physics_hash(loaded)


def test_every_key_says_what_it_takes_and_means() -> None:
    for key in walk():
        assert key.field.description, key.path
        assert tables_in(key.field) or accepts(key.field), key.path


def test_locations_of_errors_become_keys() -> None:
    key, field, neighbours = locate(("protocol", 1, "rest", "until", "time"))
    assert key == "protocol.1.until.time"
    assert field is not None
    assert field.description == "duration of this step"
    assert "capacity" in neighbours
    assert locate(("geometry", "planar", "void", 2, "z"))[:2] == ("geometry.void.2.z", None)
