"""What became of the nuclei that were due: said after a run, so that none is hidden."""

from collections import Counter
from collections.abc import Mapping

from lithovoid.case.limit import Limit, judged
from lithovoid.voids.nuclei import NucleationEvents, Nucleus

LATE = 0.01
"""Share of the time until the first nucleus by which its void may open later."""

_SOURCE = "nuclei.csv of the run"


def nuclei_limits(events: NucleationEvents | None) -> list[Limit]:
    """Return the limits that the nuclei of a run show; none without nuclei."""
    due = events.due if events else []
    return [_opened(counts(events)), _first(due[0])] if due else []


def counts(events: NucleationEvents | None) -> dict[str, int]:
    """Return how many nuclei were due, and what became of them, by the names of ``run.json``."""
    due = events.due if events else []
    states = Counter(nucleus.status for nucleus in due)
    return {
        "nuclei": states["accepted"],
        "nuclei_due": len(due) + (events.no_place if events else 0),
        "nuclei_absorbed": states["absorbed"],
        "nuclei_waiting": states["waiting"],
        "nuclei_without_place": events.no_place if events else 0,
    }


def did_not_open(numbers: Mapping[str, int]) -> str:
    """Say by the `counts` what became of nuclei without a void; empty where there are none."""
    words = {
        "nuclei_absorbed": "absorbed by a void that came first",
        "nuclei_waiting": "still waiting for vacancies",
        "nuclei_without_place": "without a place beside others of the same step",
    }
    return ", ".join(f"{numbers[key]} {text}" for key, text in words.items() if numbers[key])


def _opened(numbers: Mapping[str, int]) -> Limit:
    missing, due = did_not_open(numbers), numbers["nuclei_due"]
    number = due - numbers["nuclei"]
    return Limit(
        name="nucleation",
        what="nuclei that were due and opened a void",
        value=f"{numbers['nuclei']} of {due}",
        bound="all",
        source=_SOURCE,
        state=judged(number == 0),
        sentence=f"{number} of {due} nuclei did not open a void: {missing}"
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
