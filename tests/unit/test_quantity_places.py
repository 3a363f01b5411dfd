"""Every place that reads a quantity or a number refuses what it does not understand as a whole."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w
from scenario_cases import data, strip
from study_cases import study, write_study

from lithovoid.case.load import load_scenario, parse_scenario
from lithovoid.machine.errors import ConfigurationError
from lithovoid.study.expand import expand
from lithovoid.study.schema import load_study

ENTRY = {"value": 0.1, "unit": "m^2/s", "source": "nowhere"}


def scenario_file(folder: Path, text: str) -> None:
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(data(temperature=text)), encoding="utf-8")
    load_scenario(path)


def override(folder: Path, text: str) -> None:
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(data()), encoding="utf-8")
    load_scenario(path, [f"temperature={text}"])


def include(folder: Path, text: str) -> None:
    (folder / "base.toml").write_text(tomli_w.dumps({"temperature": text}), encoding="utf-8")
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps({"include": ["base.toml"], **data()}), encoding="utf-8")
    load_scenario(path)


def until(folder: Path, text: str) -> None:
    parse_scenario(data(protocol=[strip(time=text)]), folder)


def current(folder: Path, text: str) -> None:
    parse_scenario(data(protocol=[strip(text, time="1 s")]), folder)


def material(folder: Path, text: str) -> None:
    _, _, unit = text.partition(" ")
    content = {"anode": {"diffusivity": {**ENTRY, "unit": f"{unit} # 0,1"}}}
    (folder / "mine.toml").write_text(tomli_w.dumps(content), encoding="utf-8")
    parse_scenario(data(anode={"material": "mine.toml"}), folder)


def axis(folder: Path, text: str) -> None:
    expand(study(folder, axes=[{"temperature": ["300 K", text]}]))


def study_set(folder: Path, text: str) -> None:
    expand(study(folder, set={"temperature": text}, axes=[{"anode.x_mg": [0.1]}]))


def design(folder: Path, text: str) -> None:
    parameter = {"key": "temperature", "low": text, "high": "400 K"}
    expand(study(folder, design={"samples": 2, "parameters": [parameter]}))


PLACES = (
    scenario_file, override, include, until, current, material, axis, study_set, design,
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
@pytest.mark.parametrize("text", ["0,1 K", "5 K # 300", "300", "1_000 K", "nan K"])
def test_half_a_quantity_is_refused(
    tmp_path: Path, place: Callable[[Path, str], None], text: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        place(tmp_path, text)
    assert "Traceback" not in str(error.value)
    if place is not material and text == "0,1 K":
        assert "write 0.1, not 0,1" in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,1", "write 0.1, not 0,1"),
        ("0.1 # or 0.2", "a number is written as"),
        ('"0.1"', "without quotes"),
        ("0.1, 0.2", "no separators"),
        ("0,", "a number is written as"),
        ("0.1,", "no separators"),
    ],
)
def test_plain_numbers_are_numbers_as_a_whole(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "case.toml"
    path.write_text(tomli_w.dumps(data()), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=words):
        load_scenario(path, [f"anode.x_mg={text}"])


@pytest.mark.parametrize("low", ["0,01", "1_0", "inf", "٣"])
def test_bounds_of_plain_numbers_are_no_text(tmp_path: Path, low: str) -> None:
    parameter = {"key": "anode.x_mg", "low": low, "high": 0.2}
    path = write_study(tmp_path, design={"samples": 2, "parameters": [parameter]})
    with pytest.raises(ConfigurationError, match="a number without quotes"):
        expand(load_study(path))
