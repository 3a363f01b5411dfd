from typing import Any

import pytest
from observations import observation

from lithovoid.scenario.protocol import Hold, Plate, ProtocolStep, Rest, Strip
from lithovoid.stepping.events import locate
from lithovoid.stepping.protocol import Condition, ProtocolRunner


def strip(**until: Any) -> Strip:
    return Strip.model_validate({"step": "strip", "current_density": "2 A/m^2", "until": until})


def plate(**until: Any) -> Plate:
    return Plate.model_validate({"step": "plate", "current_density": "2 A/m^2", "until": until})


def rest(**until: Any) -> Rest:
    return Rest.model_validate({"step": "rest", "until": until})


def hold(volts: float, **until: Any) -> Hold:
    keys = {"step": "hold", "cell_voltage": f"{volts} V", "until": until}
    return Hold.model_validate(keys)


def begun(*steps: ProtocolStep, time: float = 100.0, charge: float = 7.0) -> ProtocolRunner:
    runner = ProtocolRunner(list(steps))
    runner.begin(time, charge)
    return runner


def only(step: ProtocolStep) -> Condition:
    (condition,) = begun(step).conditions()
    return condition


@pytest.mark.parametrize(
    ("step", "left"),
    [
        (strip(time="60 s"), 40.0),
        (strip(capacity="80 C/m^2"), 25.0),  # 80 - 30 C/m^2 at 2 A/m^2
        (strip(time="60 s", capacity="80 C/m^2"), 25.0),
        (plate(capacity="80 C/m^2"), 25.0),
        (rest(time="60 s"), 40.0),
        (hold(0.1, time="60 s"), 40.0),
        (hold(0.1, capacity="80 C/m^2"), float("inf")),  # its current is not known beforehand
        (strip(contact_fraction=0.5), float("inf")),
    ],
)
def test_time_left(step: ProtocolStep, left: float) -> None:
    assert begun(step).time_left(120.0, 37.0) == pytest.approx(left)


def test_exhausted_says_why() -> None:
    runner = begun(strip(time="60 s", capacity="80 C/m^2"))
    assert runner.exhausted(159.9, 86.9) is None
    assert runner.exhausted(160.0, 80.0) == "time reached"
    assert runner.exhausted(150.0, 87.0) == "capacity reached"


def test_steps_follow_one_another_and_count_from_their_own_beginning() -> None:
    runner = begun(strip(time="60 s"), rest(time="10 s"))
    runner.next(160.0, 127.0)
    assert runner.step.step == "rest"
    assert runner.index == 1
    assert runner.time_left(165.0, 127.0) == pytest.approx(5.0)
    assert not runner.finished
    runner.next(170.0, 127.0)
    assert runner.finished


@pytest.mark.parametrize("name", ["contact_fraction", "lithium_at_interface"])
@pytest.mark.parametrize(
    ("make", "falling"),
    [
        (strip, True),
        (plate, False),
        (rest, False),
        (lambda **until: hold(0.1, **until), True),
        (lambda **until: hold(-0.1, **until), False),
    ],
)
def test_shares_fall_while_stripping_and_rise_otherwise(
    make: Any, falling: bool, name: str
) -> None:
    condition = only(make(**{name: 0.4}))
    sign = 1 if falling else -1
    assert condition.margin(observation(**{name: 0.5})) == pytest.approx(sign * 0.1)
    assert condition.margin(observation(**{name: 0.3})) == pytest.approx(-sign * 0.1)
    assert condition.words == f"{name} {'fell' if falling else 'rose'} to 0.4"


@pytest.mark.parametrize("seen", [0.15, -0.15])
def test_overpotential_counts_in_magnitude(seen: float) -> None:
    condition = only(strip(overpotential="0.2 V"))
    assert condition.margin(observation(overpotential=seen)) == pytest.approx(0.05)
    assert condition.margin(observation(overpotential=seen * 2)) < 0


def test_fraction_is_the_largest_share_of_what_ends_the_step() -> None:
    runner = begun(strip(time="100 s", contact_fraction=0.2))
    assert runner.fraction(125.0, 7.0, observation()) == pytest.approx(0.25)
    assert runner.fraction(125.0, 7.0, observation(contact_fraction=0.4)) == pytest.approx(0.75)
    assert runner.fraction(1e4, 7.0, observation()) == 1.0


# where a condition is met inside a time step


CONTACT = only(strip(contact_fraction=0.5))
VOLTAGE = only(strip(overpotential="0.2 V"))
FRESH = observation(contact_fraction=0.9)


def test_nothing_crossed_changes_nothing() -> None:
    found = locate([CONTACT, VOLTAGE], FRESH, observation(contact_fraction=0.51), 10.0, 1e-3)
    assert found.dt is None
    assert found.met is None


def test_an_overshoot_is_repeated_with_the_step_to_the_crossing() -> None:
    found = locate([CONTACT], FRESH, observation(contact_fraction=0.1), 10.0, 1e-3)
    assert found.met is None
    # linear: 0.4 of 0.8 down, and half the tolerance of 1e-3 beyond
    assert found.dt == pytest.approx(10.0 * 0.4005 / 0.8)


def test_a_hit_within_the_tolerance_ends_the_step() -> None:
    found = locate([CONTACT], FRESH, observation(contact_fraction=0.4995), 10.0, 1e-3)
    assert found.dt is None
    assert found.met is CONTACT


def test_the_first_of_two_crossings_counts() -> None:
    after = observation(contact_fraction=0.1, overpotential=0.8)  # crossed at 1/2 and at 1/4
    found = locate([CONTACT, VOLTAGE], FRESH, after, 8.0, 1e-3)
    assert found.dt == pytest.approx(2.0, rel=1e-3)


def test_a_condition_met_before_the_step_ends_it_at_once() -> None:
    before, after = observation(contact_fraction=0.3), observation(contact_fraction=0.2)
    assert locate([CONTACT], before, after, 10.0, 1e-3).met is CONTACT


def test_refinement_stops_at_the_smallest_step() -> None:
    after = observation(contact_fraction=0.1)
    assert locate([CONTACT], FRESH, after, 2e-3, 1.5e-3).dt == 1.5e-3
    assert locate([CONTACT], FRESH, after, 1.5e-3, 1.5e-3).met is CONTACT
