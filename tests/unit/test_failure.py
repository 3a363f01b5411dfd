import pytest
from observations import observation

from lithovoid.measure.failure import failure_cause, failure_mode
from lithovoid.scenario.schema import Failure

CRITERIA = Failure()


def test_an_intact_cell_has_not_failed() -> None:
    assert failure_cause(observation(), CRITERIA) is None
    nearly = observation(overpotential=0.19, contact_fraction=0.16, lithium_at_interface=0.11)
    assert failure_cause(nearly, CRITERIA) is None


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"overpotential": 0.2}, "overpotential reached 0.2 V"),
        ({"contact_fraction": 0.15}, "contact fraction fell to 0.15"),
        ({"lithium_at_interface": 0.1}, "lithium at the interface fell to 0.1"),
    ],
)
def test_each_criterion_is_named(change: dict[str, float], cause: str) -> None:
    assert failure_cause(observation(**change), CRITERIA) == cause


def test_a_run_that_ends_within_the_tolerance_of_a_termination_has_failed() -> None:
    assert failure_cause(observation(overpotential=0.2 * (1 - 5e-4)), CRITERIA) is not None
    assert failure_cause(observation(contact_fraction=0.1505), CRITERIA) is not None


@pytest.mark.parametrize(
    ("contact", "lithium", "mode"),
    [
        (0.2, 0.9, "contact_loss"),
        (0.9, 0.1, "depletion"),
        (0.2, 0.1, "mixed"),
        (0.9, 0.9, "mixed"),
    ],
)
def test_mode_tells_contact_loss_from_depletion(contact: float, lithium: float, mode: str) -> None:
    seen = observation(contact_fraction=contact, lithium_at_interface=lithium)
    assert failure_mode(seen, CRITERIA) == mode
