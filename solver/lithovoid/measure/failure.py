"""When a cell has failed, and by which mode."""

from dataclasses import dataclass
from typing import Literal

from lithovoid.measure.observables import Observation
from lithovoid.scenario.schema import Failure

Mode = Literal["contact_loss", "depletion", "mixed", "none"]


@dataclass(frozen=True)
class FailureEvent:
    """The first time that a criterion is met while lithium is stripped; `cause` in words.

    The last four are the numbers that decided the mode, and the share of the overpotential that
    is due to depletion: an independent witness, near 1 where the cell starves.
    """

    mode: Mode
    cause: str
    step: int
    time: float
    areal_capacity: float
    contact_fraction: float
    lithium_at_interface: float
    overpotential: float
    concentration_share: float


def failure_cause(observed: Observation, criteria: Failure) -> str | None:
    """Return the criterion that `observed` meets, in words, or None."""
    if observed.overpotential >= criteria.overpotential * (1 - 1e-3):
        return f"overpotential reached {criteria.overpotential:g} V"
    if observed.contact_fraction <= criteria.contact_fraction + 1e-3:
        return f"contact fraction fell to {criteria.contact_fraction:g}"
    if observed.lithium_at_interface <= criteria.lithium_at_interface + 1e-3:
        return f"lithium at the interface fell to {criteria.lithium_at_interface:g}"
    return None


def failure_mode(observed: Observation, criteria: Failure) -> Mode:
    """Classify a failed cell: contact lost, lithium depleted, or neither clearly."""
    lost = observed.contact_fraction < criteria.contact_loss_below
    depleted = observed.lithium_at_interface < criteria.depletion_below
    if lost != depleted:
        return "contact_loss" if lost else "depletion"
    return "mixed"
