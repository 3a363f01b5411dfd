"""Keys that are gone: the message names what there is in their place, wherever they are given."""

from pathlib import Path

import pytest
from scenario_cases import data, scenario
from study_cases import PLANAR, changed, study

from lithovoid.case.overrides import apply_overrides
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.keys import walk
from lithovoid.scenario.replaced import REPLACED
from lithovoid.study.expand import expand

CAPILLARITY = (
    "unknown key since capillarity is that of lithium, A = RT/Omega "
    "(allowed: none; the only number left is phase_field.force_limit)"
)
GONE = {
    "mobility": (
        "3e-9 m^3/(J*s)",
        "unknown key since walls move by wall_mobility = 3 L l "
        "(allowed: phase_field.wall_mobility)",
    ),
    "critical_radius": ("0.5 um", CAPILLARITY),
    "v_reference": (0.08, CAPILLARITY),
    "free_energy": ("ideal", CAPILLARITY),
}
EACH = [(name, value, words) for name, (value, words) in GONE.items()]


@pytest.mark.parametrize(("name", "value", "words"), EACH, ids=GONE)
def test_in_a_scenario(name: str, value: str | float, words: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        scenario(phase_field={name: value})
    assert str(error.value) == f"phase_field.{name}: {words}"


@pytest.mark.parametrize(("name", "value", "words"), EACH, ids=GONE)
def test_on_the_command_line(name: str, value: str | float, words: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        apply_overrides(data(), [f"phase_field.{name}={value}"])
    assert str(error.value) == f"--set phase_field.{name}: {words}"


@pytest.mark.parametrize(("name", "value", "words"), EACH, ids=GONE)
@pytest.mark.parametrize("place", ["axes", "set", "base"])
def test_in_a_study(tmp_path: Path, place: str, name: str, value: str | float, words: str) -> None:
    key, base = f"phase_field.{name}", PLANAR
    keys = {"replicates": 2}
    if place == "base":
        base = changed(base, phase_field={name: value})
    else:
        keys |= {"axes": [{key: [value]}]} if place == "axes" else {"set": {key: value}}
    with pytest.raises(ConfigurationError) as error:
        expand(study(tmp_path, base, **keys))
    assert f"{key}: {words}" in str(error.value)


def test_what_is_allowed_in_their_place_exists() -> None:
    known = {key.path for key in walk()}
    for old, (_, allowed) in REPLACED.items():
        assert old not in known
        assert allowed.split()[-1] in known


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"phase_field": {"wall_mobility": "0 m^4/(J*s)"}},
            "phase_field.wall_mobility: cannot be used (given: '0 m^4/(J*s)'; "
            "allowed: quantity in m^4/(J*s), > 0)",
        ),
        (
            {"phase_field": {"wall_mobility": "-1e-14 m^4/(J*s)"}},
            "phase_field.wall_mobility: cannot be used (given: '-1e-14 m^4/(J*s)'; "
            "allowed: quantity in m^4/(J*s), > 0)",
        ),
        (
            {"anode": {"surface_diffusion": "-1e-20 m^3/s"}},
            "anode.surface_diffusion: cannot be used (given: '-1e-20 m^3/s'; "
            "allowed: quantity in m^3/s, >= 0)",
        ),
        (
            {"phase_field": {"force_limit": 1.2}},
            "phase_field.force_limit: cannot be used (given: 1.2; allowed: number, > 0, < 1)",
        ),
    ],
)
def test_a_wall_that_cannot_be_is_one_message(changes: dict, message: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        scenario(**changes)
    assert str(error.value) == message
