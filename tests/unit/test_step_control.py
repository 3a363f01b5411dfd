import pytest

from lithovoid.stepping.clock import Clock
from lithovoid.stepping.controller import GROWTH, SAFETY, Change, StepController


def controller(dt: float = 10.0, largest: float = 1e3) -> StepController:
    return StepController(dt, 1e-3, largest, Change(phi=0.1, v=0.02))


def change(load: float) -> Change:
    """Return a change of phi of `load` times its target."""
    return Change(phi=0.1 * load, v=0.0)


def test_load_is_that_of_the_worse_field() -> None:
    control = controller()
    assert control.load(Change(phi=0.05, v=0.002)) == pytest.approx(0.5)
    assert control.load(Change(phi=0.05, v=0.03)) == pytest.approx(1.5)
    assert control.tolerates(Change(phi=0.49, v=0.099))
    assert not control.tolerates(Change(phi=0.51, v=0.0))
    assert not control.tolerates(Change(phi=0.0, v=0.101))


@pytest.mark.parametrize(
    ("load", "factor"),
    [(0.0, GROWTH), (0.01, GROWTH), (0.75, SAFETY / 0.75), (1.0, SAFETY), (1.9, 0.5)],
)
def test_steps_follow_the_change_within_limits(load: float, factor: float) -> None:
    control = controller()
    control.accepted(10.0, change(load))
    assert control.dt == pytest.approx(10.0 * factor)


def test_steps_grow_to_the_largest_and_no_further() -> None:
    control = controller(largest=25.0)
    steps = []
    for _ in range(4):
        control.accepted(control.dt, change(0.0))
        steps.append(control.dt)
    assert steps == pytest.approx([14.0, 19.6, 25.0, 25.0])


def test_a_step_cut_short_keeps_the_earlier_proposal() -> None:
    control = controller()
    control.accepted(0.1, change(0.001))
    assert control.dt == 10.0
    control.accepted(0.1, change(1.0))  # the fields move fast: the short step counts
    assert control.dt == pytest.approx(0.09)


def test_rejection_shrinks_by_half_or_more_but_not_to_nothing() -> None:
    assert controller().rejected(8.0, None) == 4.0
    assert controller().rejected(8.0, change(2.1)) == pytest.approx(8.0 * SAFETY / 2.1)
    assert controller().rejected(8.0, change(1e3)) == pytest.approx(1.6)
    control = controller()
    control.rejected(8.0, None)
    assert control.dt == 4.0


def test_restart_shortens_the_next_step_only() -> None:
    control = controller()
    control.restart(20.0)
    assert control.dt == 10.0
    control.restart(2.0)
    assert control.dt == 2.0
    control.restart(1e-9)
    assert control.dt == control.dt_min


def test_clock_adds_time_charge_and_throughput() -> None:
    clock = Clock()
    clock.advance(2.0, 30.0)
    clock.advance(3.0, -10.0)
    assert (clock.step, clock.time, clock.charge, clock.throughput) == (2, 5.0, 20.0, 40.0)


def test_a_step_takes_half_of_the_lithium_that_is_left() -> None:
    """0.6 to 0.4 in 10 s: half of 0.4 lasts 10 s at that rate, although nothing else changes."""
    control = controller()
    control.accepted(10.0, change(0.0))
    control.spare_lithium(10.0, 0.6, 0.4)
    assert control.dt == pytest.approx(10.0)
    control.accepted(control.dt, change(0.0))
    control.spare_lithium(10.0, 0.4, 0.5)  # it comes back
    assert control.dt == pytest.approx(10.0 * GROWTH)
