"""Steps that plate: the model fills vacancies and voids, but grows no metal on a full lattice."""

from collections.abc import Iterator

from lithovoid.case.limit import Limit
from lithovoid.scenario import units as u
from lithovoid.scenario.protocol import Hold, Plate, ProtocolStep, Strip
from lithovoid.scenario.schema import Scenario

_SOURCE = "what the model is (docs/theory/limits.md)"


def plating_limits(scenario: Scenario) -> Iterator[Limit]:
    """Yield a limit for each step that plates: what it adds against what was taken before."""
    missing: float | None = 0.0  # lithium that the anode lacks at most [C/m^2]; None: not known
    for index, step in enumerate(scenario.protocol):
        passed = _largest_charge(step)
        if isinstance(step, Plate) or (isinstance(step, Hold) and not step.strips):
            yield _limit(scenario, index, passed, missing)
        missing = _lacking_after(step, missing, passed)


def _lacking_after(step: ProtocolStep, missing: float | None, passed: float | None) -> float | None:
    """What the anode lacks at most after `step`: plating may end early, and is not counted."""
    if not step.strips:
        return missing
    return None if missing is None or passed is None else missing + passed


def _largest_charge(step: ProtocolStep) -> float | None:
    """Return the charge that `step` passes at most [C/m^2], None where that is not known."""
    current, until = abs(step.signed_current), step.until
    charges = [] if until.capacity is None else [until.capacity]
    if until.time is not None and isinstance(step, Strip | Plate):
        charges.append(current * until.time)
    return min(charges, default=None)


def _limit(scenario: Scenario, index: int, plated: float | None, missing: float | None) -> Limit:
    nothing_missing = missing == 0.0 and not scenario.geometry.void
    too_much = plated is not None and missing is not None and plated > missing
    grows = scenario.anode.lattice_contracts
    outside = (nothing_missing or too_much) and not grows
    if nothing_missing and not grows:
        sentence = "plating fresh metal, whose lattice has almost no vacancies to fill"
    elif outside:
        sentence = "plates more than was stripped before: new metal does not grow in this model"
    else:
        sentence = "the lattice at the contact may be full before deeper vacancies are filled: the "
        sentence += "run then ends by the guard 'plating'"
    return Limit(
        name=f"protocol.{index}",
        what="charge plated against lithium that the anode lacks",
        value=_shown(plated, "until another condition is met"),
        bound=f"at most {_shown(missing, 'what was stripped')}",
        source=_SOURCE,
        state="outside" if outside else "not known",
        sentence=sentence,
    )


def _shown(charge: float | None, unknown: str) -> str:
    return unknown if charge is None else f"{u.show(u.ArealCapacity, charge)}"
