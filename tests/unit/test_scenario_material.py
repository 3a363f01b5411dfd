from pathlib import Path

import pytest
from scenario_cases import data

from lithovoid.case.load import parse_scenario, physics_hash
from lithovoid.case.material import FILLS, available, read_material
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import unit_of
from lithovoid.scenario.schema import Anode, Electrolyte, Kinetics

FOLDER = Path(parse_scenario.__code__.co_filename).parents[1] / "materials"
OWNERS = {"lithium-magnesium": "anode", "LLZO": "electrolyte", "argyrodite": "electrolyte"}
ELECTROLYTE = """
[electrolyte]
conductivity = { value = 1.0, unit = "mS/cm", source = "a test" }
adhesion = { value = 0.5, unit = "J/m^2", source = "a test" }
adhesion_slope = { value = 0.0, unit = "1", source = "a test" }
[kinetics]
exchange_current_density = { value = 10.0, unit = "mA/cm^2", source = "a test" }
alpha_a = { value = 0.5, unit = "1", source = "a test" }
alpha_c = { value = 0.5, unit = "1", source = "a test" }
"""


def test_available_materials() -> None:
    assert set(available()) == set(OWNERS)


@pytest.mark.parametrize("name", OWNERS)
def test_shipped_materials_give_every_required_key_with_source_and_note(name: str) -> None:
    tables = FILLS[OWNERS[name]]
    for table, entries in read_material(FOLDER / f"{name}.toml", tables).items():
        fields = tables[table].model_fields
        assert set(entries) == {key for key, field in fields.items() if field.is_required()}
        for key, entry in entries.items():
            assert entry.source
            assert entry.note
            assert (entry.unit == "1") == (unit_of(fields[key]) is None)


def test_the_scenario_wins_over_the_material() -> None:
    loaded = parse_scenario(data(electrolyte={"conductivity": "1 S/m"}), Path())
    assert loaded.electrolyte.conductivity == 1.0
    assert loaded.electrolyte.adhesion == 0.67


def test_a_material_file_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(ELECTROLYTE)
    loaded = parse_scenario(data(electrolyte={"material": "mine.toml"}), tmp_path)
    assert loaded.electrolyte.conductivity == pytest.approx(0.1)
    assert loaded.electrolyte.material == str(tmp_path / "mine.toml")


def test_the_physics_hash_ignores_the_name_of_a_material(tmp_path: Path) -> None:
    (tmp_path / "copy.toml").write_bytes((FOLDER / "LLZO.toml").read_bytes())
    copied = parse_scenario(data(electrolyte={"material": "copy.toml"}), tmp_path)
    assert physics_hash(copied) == physics_hash(parse_scenario(data(), tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[kinetics]", "[kinetic]", "must have the tables"),
        ("alpha_a", "alpha", "kinetics.alpha: unknown key .*alpha_a"),
        (', source = "a test" }', " }", "source field required"),
        ("value = 1.0", 'value = "1"', "value input should be a valid number"),
        ("value = 1.0", "value = nan", "finite"),
        ("[electrolyte]", "[[electrolyte]]", r"\[electrolyte\] must be a table"),
        ("[electrolyte]", "[electrolyte", "not valid TOML"),
    ],
)
def test_broken_material_files(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(ELECTROLYTE.replace(old, new, 1))
    with pytest.raises(ConfigurationError, match=f"^electrolyte.material: .*{message}"):
        parse_scenario(data(electrolyte={"material": "mine.toml"}), tmp_path)


def test_a_wrong_unit_in_a_material_is_reported_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(ELECTROLYTE.replace("mS/cm", "V"))
    with pytest.raises(ConfigurationError, match=r"electrolyte.conductivity: wrong dimension"):
        parse_scenario(data(electrolyte={"material": "mine.toml"}), tmp_path)


def test_an_electrolyte_is_no_anode() -> None:
    with pytest.raises(ConfigurationError, match=r"anode.material: .*must have the tables \[anode"):
        parse_scenario(data(anode={"material": "LLZO"}), Path())


def test_tables_cover_the_schema() -> None:
    assert {table for tables in FILLS.values() for table in tables.values()} == {
        Anode,
        Electrolyte,
        Kinetics,
    }
