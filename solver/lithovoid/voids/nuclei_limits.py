"""What became of the nuclei that were due: said after a run, so that none is hidden."""

from collections import Counter

from lithovoid.case.limit import Limit, judged
from lithovoid.voids.nuclei import NucleationEvents, Nucleus

LATE = 0.01
"""Share of the time until the first nucleus by which its void may open later."""

_SOURCE = "nuclei.csv of the run"


def nuclei_limits(events: NucleationEvents | None) -> list[Limit]:
    """Return the limits that the nuclei of a run show; none without nuclei."""
    due = events.due if events else []
    return [_opened(due), _first(due[0])] if due else []


def counts(events: NucleationEvents | None) -> dict[str, int]:
    """Return how many nuclei were due, and what became of them, by the names of ``run.json``."""
    due = events.due if events else []
    states = Counter(nucleus.status for nucleus in due)
    return {
        "nuclei": states["accepted"],
        "nuclei_due": len(due),
        "nuclei_absorbed": states["absorbed"],
        "nuclei_waiting": states["waiting"],
    }


def did_not_open(absorbed: int, waiting: int) -> str:
    """Say what became of nuclei without a void; empty where there are none."""
    parts = [
        f"{absorbed} absorbed by a void that came first" if absorbed else "",
        f"{waiting} still waiting for vacancies" if waiting else "",
    ]
    return ", ".join(filter(None, parts))


def _opened(due: list[Nucleus]) -> Limit:
    states = Counter(nucleus.status for nucleus in due)
    missing = did_not_open(states["absorbed"], states["waiting"])
    number = len(due) - states["accepted"]
    return Limit(
        name="nucleation",
        what="nuclei that were due and opened a void",
        value=f"{states['accepted']} of {len(due)}",
        bound="all",
        source=_SOURCE,
        state=judged(number == 0),
        sentence=f"{number} of {len(due)} nuclei did not open a void: {missing}"
        if number
        else "all nuclei that were due opened a void",
    )


def _first(nucleus: Nucleus) -> Limit:
    """Whether incubation, the time of the first nucleus, is also that of the first void."""
    due, opened = f"{nucleus.time:.4g} s", nucleus.opened
    inside = opened is not None and opened - nucleus.time <= LATE * nucleus.time
    when = "has opened no void" if opened is None else f"opened its void at {opened:.4g} s"
    return Limit(
        name="nucleation",
        what="time at which the first nucleus opened a void",
        value="never" if opened is None else f"{opened:.4g} s",
        bound=f"{due}, when it was due",
        source=_SOURCE,
        state=judged(inside),
        sentence=f"the first nucleus, due at {due}, {when}; incubation counts from when it was due",
    )
