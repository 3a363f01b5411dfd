"""What a whole run comes down to, besides its last step: declared here alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from lithovoid.machine.errors import ConfigurationError
from lithovoid.measure.record import RECORD
from lithovoid.theory.result import Result, Results, by_keys, declared, named, of_whole_run

_CAPACITY = "mAh/cm^2"

MODES = {
    "contact_loss": "loss of contact",
    "depletion": "depletion of lithium",
    "mixed": "loss of contact and depletion together",
    "none": "no failure",
}
"""Failure modes in words for people."""


@dataclass(frozen=True, kw_only=True)
class WholeRun:
    """Results that no single step has; None where there is none."""

    failure_mode: Annotated[
        str,
        Result(
            "failure",
            "why the cell failed, by contact and lithium when it did",
            shown=True,
            words=MODES,
        ),
    ]
    failure_cause: Annotated[
        str | None, Result("criterion of failure", "the criterion that was met first", shown=True)
    ]
    failure_capacity: Annotated[
        float | None,
        Result("capacity at failure", "areal capacity at the failure", _CAPACITY, shown=True),
    ]
    failure_time: Annotated[float | None, Result("time of failure", "end of that step", "s")]
    failure_contact_fraction: Annotated[
        float | None,
        Result("contact fraction at failure", "decides the failure mode", shown=True),
    ]
    failure_lithium_at_interface: Annotated[
        float | None,
        Result("lithium at the contact at failure", "decides the failure mode", shown=True),
    ]
    failure_overpotential: Annotated[
        float | None, Result("overpotential at failure", "overpotential of that step", "V")
    ]
    failure_concentration_share: Annotated[
        float | None,
        Result(
            "share of concentration at failure",
            "concentration voltage over overpotential: near 1 where the cell starves",
        ),
    ]
    incubation_capacity: Annotated[
        float | None,
        Result(
            "incubation capacity",
            "areal capacity at the first nucleus, or where the expected ones per area reached "
            "nucleation.incubation_density; none where that did not happen",
            _CAPACITY,
            shown=True,
        ),
    ]
    nuclei_due: Annotated[
        int,
        Result("nuclei due", "nucleation events, whether a void opened or not", shown=True),
    ]
    nuclei_absorbed: Annotated[
        int, Result("nuclei absorbed", "due, but another void came first", shown=True)
    ]
    nuclei_waiting: Annotated[
        int,
        Result("nuclei waiting", "due, but not yet fed by their surroundings", shown=True),
    ]
    nuclei_without_place: Annotated[
        int,
        Result(
            "nuclei without place",
            "due, but others of the same step had left no place for them",
            shown=True,
        ),
    ]
    recovered_capacity: Annotated[
        float | None,
        Result("recovered capacity", "what the strips after the first delivered", _CAPACITY),
    ]
    recovered_share: Annotated[
        float | None,
        Result("recovered share", "what the second strip delivered, relative to the first"),
    ]
    steps: Annotated[int, Result("time steps", "accepted time steps", shown=True)]
    unknowns: Annotated[
        int, Result("unknowns", "unknowns of a time step, over all ranks", shown=True)
    ]


@dataclass(frozen=True)
class Cycle:
    """What a finished strip step of the protocol delivered."""

    protocol_step: Annotated[int, Result("step of the protocol", "its number, from 0")]
    capacity: Annotated[float, Result("capacity", "what the strip delivered", _CAPACITY)]
    share_of_first: Annotated[
        float | None,
        Result("share of the first", "relative to the first strip; none where that gave nothing"),
    ]
    rest_before: Annotated[
        float,
        Result("rest before", "rest since the last step that passed charge", "s"),
    ]
    ended_by: Annotated[str, Result("ended by", "the condition that ended the strip")]


@dataclass(frozen=True)
class Moment:
    """When something happened: an event, or the beginning of a part of a run."""

    step: Annotated[int, Result("step", "number of the time step")]
    time: Annotated[float, Result("time", "when it happened", "s")]
    areal_capacity: Annotated[float, Result("areal capacity", "charge passed by then", _CAPACITY)]


@dataclass(frozen=True)
class Event(Moment):
    """Something that happened in a run; `words` say what."""

    name: Annotated[str, Result("event", "protocol_step_end, incubation or failure")]
    words: Annotated[str, Result("what happened", "the condition, criterion or event")]


@dataclass(frozen=True)
class Frame(Moment):
    """A state whose fields were written."""

    file_index: Annotated[int, Result("file", "number of the frame, from 0")]


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run ended."""

    stop_reason: Annotated[str, Result("stopped because", "why the run ended", shown=True)]
    wall_time: Annotated[
        float,
        Result(
            "wall time",
            "that the run took, without what passed before a restart",
            "s",
            shown=True,
        ),
    ]
    checkpoint: Annotated[float, Result("for checkpoints", "part of the wall time", "s")]


WHOLE_RUN, ENDING = declared(WholeRun), declared(Ending)
CYCLE, MOMENT, EVENT, FRAME = map(declared, (Cycle, Moment, Event, Frame))


def of_each_step(of_physics: Results) -> dict[str, Result]:
    """Return all results of a step by name, those `of_physics` the last.

    Raises ConfigurationError where a physics reports what every run has by itself.
    """
    own = RECORD | of_whole_run(RECORD) | WHOLE_RUN
    if twice := sorted(of_physics.keys() & own.keys()):
        raise ConfigurationError(
            f"a physics reports {', '.join(twice)}, which every run has itself"
        )
    return RECORD | named(of_physics)


def of_summary(of_steps: Results) -> dict[str, Result]:
    """Return the results of the summary by their keys; `of_steps` are all of each step."""
    return by_keys(WHOLE_RUN | of_whole_run(of_steps))


SUMMARY = {result.name: key for key, result in of_summary(RECORD).items()}
"""Keys of the summary by the names of results."""


def declared_in(run: Mapping[str, Any]) -> dict[str, Result]:
    """Return the results of the summary by key, as the ``run.json`` `run` declares them.

    A run of a version that declared none had those of this one.
    """
    about = run.get("results", {}).get("summary")
    return of_summary(RECORD) if about is None else {key: Result(**r) for key, r in about.items()}


def as_text(result: Result, value: Any) -> str:
    """Return a value as the console shows it, with the unit of the `result`."""
    if value is None:
        return "none"
    text = f"{value:.4g}" if isinstance(value, float) else str(result.words.get(value, value))
    return f"{text} {result.unit}".rstrip()
