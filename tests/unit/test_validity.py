"""What `check`, reports and run.json say of the validity of a result: one list of limits."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from limit_cases import limits, of, with_changes
from scenario_cases import strip

from lithovoid.case.limit import validity_lines
from lithovoid.case.load import load_scenario
from lithovoid.voids.nuclei import NucleationEvents, Nucleus
from lithovoid.voids.nuclei_limits import counts, nuclei_limits

SCENARIOS = Path(__file__).parents[2] / "scenarios"
QUICK = SCENARIOS / "lithium_strip_quick.toml"


# nucleation: what runs of the narrow scenario showed, at ten temperatures and currents


@pytest.mark.parametrize("current", ["0.1 mA/cm^2", "1 mA/cm^2"])
@pytest.mark.parametrize(
    ("temperature", "resolved"),
    [(0, True), (25, True), (40, True), (60, False), (80, False)],
)
def test_check_says_where_seeds_do_not_fit_nucleation(
    temperature: int, current: str, resolved: bool
) -> None:
    """In runs at 60 and 80 degrees nuclei wait for their seeds, or are absorbed; not below."""
    changes = [f"temperature={temperature} degC", f"protocol.0.current_density='{current}'"]
    scenario = load_scenario(QUICK, changes)
    found = [*of("nuclei come", scenario), *of("in reach of a seed", scenario)]
    outside = [limit for limit in found if limit.state == "outside"]
    assert found
    assert all(limit.state in ("inside", "outside") for limit in found)
    assert (outside == []) == resolved
    if not resolved:
        (limit,) = outside
        assert limit.name == "nucleation (protocol.0)"
        assert float(limit.value) < 1
        assert "nucleation is not resolved" in limit.sentence


def test_smaller_seeds_are_fed_where_larger_ones_are_not() -> None:
    changes = ["temperature=60 degC", "nucleation.seed_radius=0.3 um", "phase_field.l=0.15 um"]
    (limit,) = of("in reach of a seed", load_scenario(QUICK, changes))
    assert limit.state == "inside"


def test_seeds_below_the_critical_radius_are_outside_and_near_it_not_known() -> None:
    three_d = {"depth": "6 um", "width": "6 um"}
    near = with_changes(geometry=three_d, nucleation={"seed_radius": "0.35 um"})
    (limit,) = of("critical radius", near)
    assert limit.state == "not known"
    small = {"seed_radius": "0.15 um"}
    (limit,) = of("critical radius", with_changes(geometry=three_d, nucleation=small))
    assert limit.state == "outside"
    assert "seeds shrink there" in limit.sentence


@pytest.mark.parametrize("mode", ["off", "count"])
def test_without_seeds_they_have_no_limits(mode: str) -> None:
    scenario = with_changes(nucleation={"mode": mode}, protocol=[strip(capacity="1 mAh/cm^2")])
    assert of("seed", scenario) == []


def test_at_a_held_voltage_it_is_not_known_where_nuclei_come() -> None:
    hold = {"step": "hold", "cell_voltage": "5 mV", "until": {"time": "1 h"}}
    (limit,) = of("nuclei come", with_changes(protocol=[hold]))
    assert (limit.name, limit.state) == ("protocol.0", "not known")


# time steps


def test_check_says_where_steps_do_not_resolve_depletion() -> None:
    changes = ["protocol.0.current_density='500 mA/cm^2'", "numerics.dt_initial='0.1 s'"]
    fast = load_scenario(QUICK, changes)
    (first,), (smallest,) = of("first time step", fast), of("smallest time step", fast)
    assert first.state == smallest.state == "outside"
    assert (first.value, first.bound) == ("0.1 s", "less than 0.01041 s")
    assert "500 mA/cm^2 the lithium at the interface lasts for 0.01041 s" in first.sentence
    assert (smallest.value, smallest.bound) == ("0.001 s", "at most 5.868e-05 s")
    usual = load_scenario(QUICK)
    assert {x.state for x in of("time step", usual)} == {"inside"}


# plating


def plate(**until: Any) -> dict[str, Any]:
    return {"step": "plate", "current_density": "1 A/m^2", "until": until}


HOLD = {"step": "hold", "cell_voltage": "-1 mV", "until": {"time": "1 h"}}
TAKEN = strip(capacity="0.1 mAh/cm^2")


@pytest.mark.parametrize(
    ("protocol", "states"),
    [
        ([plate(time="1 h")], ["outside"]),
        ([HOLD], ["outside"]),
        ([TAKEN, plate(capacity="0.05 mAh/cm^2")], ["not known"]),
        ([TAKEN, plate(capacity="0.2 mAh/cm^2")], ["outside"]),
        ([TAKEN, plate(time="2 h")], ["outside"]),  # 0.2 mAh/cm^2
        ([TAKEN, plate(time="2 h", capacity="0.05 mAh/cm^2")], ["not known"]),
        ([TAKEN, HOLD], ["not known"]),
        ([strip(contact_fraction=0.5), plate(capacity="0.2 mAh/cm^2")], ["not known"]),
        ([TAKEN], []),
    ],
)
def test_steps_that_plate_more_than_the_model_can_follow(
    protocol: list[dict[str, Any]], states: list[str]
) -> None:
    found = of("charge plated", with_changes(protocol=protocol))
    assert [limit.state for limit in found] == states


def test_sinks_make_room_for_plated_metal() -> None:
    scenario = with_changes(protocol=[plate(time="1 h")], anode={"sink_rate": "1e-3 1/s"})
    assert [limit.state for limit in of("charge plated", scenario)] == ["not known"]


# after a run


def nucleus(number: int, status: Any, opened: float | None = None) -> Nucleus:
    return Nucleus(
        id=number, step=1, time=100.0 + number, areal_capacity=0.01, point=(1.0, 0.0), radius=0.5,
        rate=1.0, key=number, status=status, opened=opened,
    )  # fmt: skip


def test_no_nucleus_is_hidden_after_a_run() -> None:
    events = NucleationEvents()
    assert nuclei_limits(None) == nuclei_limits(events) == []
    events.nuclei = [nucleus(1, "accepted", 101.0), nucleus(2, "absorbed"), nucleus(0, "absorbed")]
    events.waiting = [nucleus(3, "waiting")]
    events.no_place = 1
    assert counts(events) == {
        "nuclei": 1, "nuclei_due": 5, "nuclei_absorbed": 2, "nuclei_waiting": 1,
        "nuclei_without_place": 1,
    }  # fmt: skip
    opened, first = nuclei_limits(events)
    assert (opened.state, opened.value) == ("outside", "1 of 5")
    assert (
        "2 absorbed by a void that came first, 1 still waiting for vacancies, 1 without"
        in opened.sentence
    )
    assert (first.state, first.value) == ("outside", "never")


@pytest.mark.parametrize(
    ("opened", "state"), [(100.0, "inside"), (100.5, "inside"), (330.0, "outside")]
)
def test_a_first_void_that_opens_late_is_said(opened: float, state: str) -> None:
    events = NucleationEvents()
    events.nuclei = [nucleus(0, "accepted", opened)]
    all_opened, first = nuclei_limits(events)
    assert all_opened.state == "inside"
    assert first.state == state
    assert "due at 100 s" in first.sentence


# how it is said


def test_every_limit_of_every_scenario_is_whole() -> None:
    for path in sorted(SCENARIOS.glob("*.toml")):
        for limit in limits(load_scenario(path)):
            assert all(isinstance(value, str) and value for value in asdict(limit).values()), limit
            assert "nan" not in f"{limit.value} {limit.bound}"


def test_lines_count_what_is_kept_and_show_the_rest() -> None:
    found = limits(load_scenario(QUICK, ["temperature=60 degC"]))
    first, *others = validity_lines(found)
    kept = sum(limit.state == "inside" for limit in found)
    assert first == f"Validity: {kept} of {len(found)} limits are kept"
    assert len(others) == len(found) - kept
    assert any(line.startswith("  outside    nucleation (protocol.0): ") for line in others)
