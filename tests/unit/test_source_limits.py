"""Placeholders, and the ranges for which the sources of numbers hold."""

from pathlib import Path
from typing import Any

import pytest
import scenario_cases
from limit_cases import of, with_changes
from scenario_cases import strip

from lithovoid.case.load import parse_scenario
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.schema import Scenario

ELECTROLYTE = """
[material]
name = "mine"
{about}
[electrolyte]
conductivity = {{ value = 1.0, unit = "mS/cm", source = "Placeholder"{more} }}
adhesion = {{ value = 0.5, unit = "J/m^2", source = "a test" }}
adhesion_slope = {{ value = 0.0, unit = "1", source = "a test" }}
[kinetics]
exchange_current_density = {{ value = 10.0, unit = "mA/cm^2", source = "a test" }}
alpha_a = {{ value = 0.5, unit = "1", source = "a test" }}
alpha_c = {{ value = 0.5, unit = "1", source = "a test" }}
"""


def test_ranges_of_the_sources_are_kept_or_left() -> None:
    assert {limit.state for limit in of("range of the sources", with_changes())} == {"inside"}
    left = with_changes(
        anode={"diffusivity": "9e-15 m^2/s"}, electrolyte={"adhesion": "0.05 J/m^2"}
    )
    outside = [x for x in of("range of the sources", left) if x.state == "outside"]
    assert [x.name for x in outside] == ["anode.diffusivity", "electrolyte.adhesion"]
    assert outside[0].bound == "5e-15 m^2/s to 8e-15 m^2/s"
    assert "0.05 J/m^2 is not within the range of its sources" in outside[1].sentence


@pytest.mark.parametrize(
    ("temperature", "values", "diffusion"),
    [
        ("25 degC", "inside", "inside"),
        ("60 degC", "outside", "inside"),
        ("-10 degC", "outside", "outside"),
    ],
)
def test_the_temperature_of_values_and_the_range_of_diffusion(
    temperature: str, values: str, diffusion: str
) -> None:
    scenario = with_changes(temperature=temperature)
    assert {x.state for x in of("temperature of the values", scenario)} == {values}
    (limit,) = of("range in which anode.activation_energy holds", scenario)
    assert (limit.state, limit.bound) == (diffusion, "273.15 to 373.15 K")


@pytest.mark.parametrize(
    ("anode", "state"),
    [
        ({"x_mg": 0.3}, "inside"),
        ({"x_mg": 0.35}, "outside"),
        ({"x_mg_profile": "0.1+0.01*z"}, "outside"),
    ],
)
def test_the_composition_of_the_sources(anode: dict[str, Any], state: str) -> None:
    (limit,) = of("range in which anode.diffusivity_decay holds", with_changes(anode=anode))
    assert (limit.name, limit.state) == ("anode.x_mg", state)


@pytest.mark.parametrize(
    ("current", "state"),
    [
        ("0.03 mA/cm^2", "inside"),
        ("3 mA/cm^2", "inside"),
        ("0.02 mA/cm^2", "outside"),
        ("4 mA/cm^2", "outside"),
    ],
)
def test_currents_that_were_studied(current: str, state: str) -> None:
    (limit,) = of(
        "current densities", with_changes(protocol=[strip(current, contact_fraction=0.15)])
    )
    assert (limit.name, limit.state) == ("protocol.0.current_density", state)


def test_placeholders_are_named_where_they_matter_and_are_used() -> None:
    def slope(**changes: Any) -> list[str]:
        found = of("a placeholder", with_changes(**changes))
        return [limit.state for limit in found if limit.name == "electrolyte.adhesion_slope"]

    assert slope(anode={"x_mg": 0.1}) == ["not known"]
    assert slope() == ["inside"]  # without effect in pure lithium
    assert slope(anode={"x_mg": 0.1}, electrolyte={"adhesion_slope": 0.5}) == []
    argyrodite = of("a placeholder", with_changes(electrolyte={"material": "argyrodite"}))
    names = {limit.name for limit in argyrodite}
    assert {"electrolyte.adhesion", "kinetics.exchange_current_density"} <= names
    assert "nucleation.prefactor" in names


def own_material(folder: Path, about: str = "", more: str = "") -> Scenario:
    (folder / "mine.toml").write_text(ELECTROLYTE.format(about=about, more=more and f", {more}"))
    electrolyte = {"material": "mine.toml"}
    return parse_scenario(scenario_cases.data(electrolyte=electrolyte), folder)


def test_a_material_of_the_user_says_what_it_knows(tmp_path: Path) -> None:
    scenario = own_material(tmp_path)
    (limit,) = (x for x in of("temperature of the values", scenario) if "mine" in x.what)
    assert (limit.state, limit.bound) == ("not known", "not stated")
    assert "electrolyte.conductivity" in {x.name for x in of("a placeholder", scenario)}
    about, more = 'temperature = "60 degC"', "range = [2, 3]"
    scenario = own_material(tmp_path, about, more)
    (limit,) = (x for x in of("temperature of the values", scenario) if "mine" in x.what)
    assert (limit.state, limit.bound) == ("outside", "within 5 K of 333.15 K")
    (limit,) = (x for x in of("range of the sources", scenario) if "conductivity" in x.name)
    assert (limit.state, limit.bound) == ("outside", "0.2 S/m to 0.3 S/m")


@pytest.mark.parametrize(
    ("about", "more", "message"),
    [
        ("temperature = 298", "", "material.temperature: a unit is needed"),
        ('temperature = "1 m"', "", "material.temperature: wrong dimension"),
        ("", "range = [3, 2]", "conductivity: range .*lower and the upper end"),
        ("", "range = [3]", "conductivity: range .*at least 2 items"),
        ("", "temperature_range = 3", "conductivity: temperature_range"),
    ],
)
def test_ranges_that_are_none_are_refused(
    tmp_path: Path, about: str, more: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^electrolyte.material: .*{message}"):
        own_material(tmp_path, about, more)
