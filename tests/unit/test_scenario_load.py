import tomllib
from pathlib import Path

import pytest
from scenario_cases import HERE, data, scenario, strip

import lithovoid.scenarios
from lithovoid.case.load import dump_toml, load_scenario, parse_scenario, physics_hash
from lithovoid.machine.errors import ConfigurationError

SHIPPED = sorted(Path(next(iter(lithovoid.scenarios.__path__))).glob("*.toml"))
LEAST = """
[geometry]
type = "planar"
width = "20 um"
anode = "30 um"
electrolyte = "5 um"
interface_size = "0.12 um"
[phase_field]
l = "0.25 um"
[[protocol]]
step = "strip"
current_density = "0.1 mA/cm^2"
until = { contact_fraction = 0.15 }
"""


def write(folder: Path, text: str, name: str = "case.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_package_ships_scenarios() -> None:
    assert "lithium_strip.toml" in [path.name for path in SHIPPED]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_load_and_survive_a_round_trip(path: Path, tmp_path: Path) -> None:
    loaded = load_scenario(path)
    assert load_scenario(write(tmp_path, dump_toml(loaded))) == loaded


def test_values_are_si_and_materials_fill_in(tmp_path: Path) -> None:
    loaded = load_scenario(write(tmp_path, LEAST))
    assert loaded.geometry.width == pytest.approx(20e-6)
    assert loaded.protocol[0].signed_current == pytest.approx(1.0)
    assert loaded.anode.diffusivity == 6e-15
    assert loaded.electrolyte.conductivity == 0.04
    assert loaded.kinetics.exchange_current_density == 100.0


def test_includes_are_merged_under_the_including_file(tmp_path: Path) -> None:
    write(tmp_path, LEAST + "[anode]\nx_mg = 0.1\ndiffusivity_decay = 5.0\n", "sub/base.toml")
    write(tmp_path, "include = ['base.toml']\n[anode]\nx_mg = 0.2\n", "sub/mid.toml")
    case = write(tmp_path, "include = ['sub/mid.toml']\ntitle = 'top'\n")
    loaded = load_scenario(case)
    assert (loaded.title, loaded.anode.x_mg, loaded.anode.diffusivity_decay) == ("top", 0.2, 5.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("include = ['none.toml']", "no such file"),
        ("include = ['case.toml']", r"include each other \(case.toml -> case.toml\)"),
        ("include = ['../outside.toml']", "outside the folder"),
        ("include = 'case.toml'", "list of file names"),
        ("include = [1]", "list of file names"),
        ("title = ", "not valid TOML"),
        ("x = " + "[" * 5000, "nested too deeply|not valid TOML"),
        ("x = 1" + "0" * 5000, "not valid TOML"),
    ],
)
def test_broken_files(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path, LEAST, "outside.toml")
    with pytest.raises(ConfigurationError, match=message):
        load_scenario(write(tmp_path / "folder", text))


def test_no_file_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_scenario(tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match="is a directory"):
        load_scenario(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Grün"'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load_scenario(latin)


def test_all_problems_are_reported_at_once() -> None:
    wrong = data(
        title=3,
        geometry={"width": "20 s", "wide": 1},
        anode={"material": "gold", "x_mg": True},
        protocol=[{"step": "stripp"}, {"step": "rest", "until": {"time": "-1 h"}}],
        numerics={"max_change_v": float("nan")},
    )
    with pytest.raises(ConfigurationError) as caught:
        parse_scenario(wrong, HERE)
    lines = str(caught.value).splitlines()
    for line in (
        "title: cannot be used (given: 3; allowed: text)",
        "geometry.wide: unknown key (allowed: width)",
        "anode.x_mg: cannot be used (given: True; allowed: number, >= 0, <= 0.4)",
        "protocol.1.until.time: cannot be used (given: '-3600 s'; allowed: quantity in s, > 0)",
        "numerics.max_change_v: cannot be used (given: nan; allowed: number, > 0, <= 1)",
    ):
        assert line in lines
    assert any("geometry.width: wrong dimension" in line for line in lines)
    assert any("protocol.0.step: unknown (given: 'stripp'" in line for line in lines)
    assert any("anode.material: unknown (given: 'gold'; allowed: LLZO" in line for line in lines)
    assert len(lines) == 8  # the values that the material would have given are no problems


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"geometry": {"type": None}}, "geometry.type"),
        ({"geometry": 3}, r"geometry: must be a table \(given: 3\)"),
        ({"protocol": []}, "protocol: needs at least one table"),
        ({"protocol": {}}, "protocol: must be a list of tables"),
        ({"protocol": [3]}, "protocol.0: must be a table"),
        ({"protocol": [strip()]}, "give at least one of time, capacity"),
        ({"nucleation": {"mode": "replay"}}, "nucleation: replay_file goes with"),
        ({"anode": {"material": 3}}, "anode.material: unknown"),
        ({"nucleation": {"replay_file": "no\0ne.csv"}}, "nucleation.replay_file: no such file"),
        ({"geometry": {"type": "file", "file": "none.msh"}}, "geometry.file: no such file"),
    ],
)
def test_messages(changes: dict, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        parse_scenario(data(**changes), HERE)


def test_paths_are_relative_to_the_scenario_and_made_absolute(tmp_path: Path) -> None:
    write(tmp_path, "", "events.csv")
    write(tmp_path, "", "mesh.msh")
    geometry = "[geometry]\ntype = 'file'\nfile = 'mesh.msh'\nunit = '1 um'\n"
    nucleation = "[nucleation]\nmode = 'replay'\nreplay_file = 'events.csv'\n"
    case = write(tmp_path, geometry + nucleation + LEAST[LEAST.index("[[protocol]]") :])
    loaded = load_scenario(case)
    assert loaded.geometry.file == str(tmp_path / "mesh.msh")
    assert loaded.nucleation.replay_file == str(tmp_path / "events.csv")
    before = physics_hash(loaded)
    write(tmp_path, "other content", "events.csv")
    assert physics_hash(load_scenario(case)) != before


def test_physics_hash_follows_the_physics_only() -> None:
    reference = physics_hash(scenario())
    same = scenario(
        title="another",
        protocol=[strip("1 mA/cm^2", contact_fraction=0.5)],
        numerics={"dt_max": "1 h"},
        output={"fields": "none"},
        anode={"diffusivity": "6e-11 cm^2/s"},
    )
    assert physics_hash(same) == reference
    for change in (
        {"temperature": "310 K"},
        {"geometry": {"width": "21 um"}},
        {"anode": {"x_mg": 0.1}},
        {"electrolyte": {"adhesion": "0.5 J/m^2"}},
        {"kinetics": {"alpha_a": 0.4}},
        {"phase_field": {"l": "0.3 um"}},
        {"nucleation": {"seed": 1}},
    ):
        assert physics_hash(scenario(**change)) != reference


def test_dump_is_readable_toml() -> None:
    dumped = tomllib.loads(dump_toml(scenario()))
    assert dumped["geometry"]["width"] == "20 um"
    assert dumped["protocol"][0]["current_density"] == "0.1 mA/cm^2"
