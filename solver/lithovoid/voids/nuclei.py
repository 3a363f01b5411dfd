"""Nucleation events, and when incubation ended."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from lithovoid.theory.result import Result, declared


@dataclass(frozen=True, kw_only=True)
class NucleusRow:
    """A row of ``nuclei.csv``."""

    id: Annotated[int, Result("nucleus", "number of the event, from 0")]
    step: Annotated[int, Result("step", "number of the time step in which it happened")]
    time: Annotated[float, Result("time", "when it happened", "s")]
    areal_capacity: Annotated[
        float, Result("areal capacity", "charge passed when it happened", "mAh/cm^2")
    ]
    x: Annotated[float, Result("x", "place on the interface", "um")]
    y: Annotated[float, Result("y", "place on the interface, 0 in two dimensions", "um")]
    z: Annotated[float, Result("z", "height of the interface there", "um")]
    radius: Annotated[float, Result("radius", "of the seed that is inserted", "um")]
    rate: Annotated[
        float, Result("rate", "nucleation rate there and then; 0 in a replay", "1/(m^2 s)")
    ]
    key: Annotated[int, Result("key", "number of its random draw; of a replay, its order")]
    status: Annotated[
        str,
        Result(
            "status",
            "accepted: its void opened; absorbed: another void came first; waiting: "
            "its surroundings could not feed it until the end",
        ),
    ]
    opened: Annotated[
        float | None, Result("opened", "when its void opened; none where it did not", "s")
    ]


NUCLEUS = declared(NucleusRow)
"""The results of ``nuclei.csv`` by name, in its order."""


@dataclass(frozen=True)
class Nucleus:
    """A nucleation event at a point of the interface; lengths in um, rate in 1/(m^2 s).

    A resolved seed is far larger than a nucleus: it opens as soon as its surroundings can feed it.
    Until then the event is waiting; where another void came first, it is absorbed. The attributes
    are those of `NucleusRow`, which declares them, but for the `point`.
    """

    id: int
    step: int
    time: float
    areal_capacity: float
    point: tuple[float, ...]
    radius: float
    rate: float
    key: int
    status: Literal["waiting", "accepted", "absorbed"] = "waiting"
    opened: float | None = None

    @property
    def row(self) -> NucleusRow:
        """What ``nuclei.csv`` has of it; z is the height, and y is 0 in two dimensions."""
        x, *middle, z = self.point
        place: dict[str, Any] = {"x": x, "y": middle[0] if middle else 0.0, "z": z}
        others = {k: v for k, v in vars(self).items() if k != "point"}
        return NucleusRow(**place, **others)


@dataclass(frozen=True)
class Incubation:
    """The end of incubation: step, time [s], areal capacity [mAh/cm^2] and what it was."""

    step: int
    time: float
    areal_capacity: float
    words: str


class NucleationEvents:
    """What is known of nucleation: `nuclei` that opened or were absorbed, in that order, those that
    are `waiting` to open, how many were due but had `no_place` left by others of the same step, and
    when incubation ended."""

    def __init__(self) -> None:
        self.nuclei: list[Nucleus] = []
        self.waiting: list[Nucleus] = []
        self.no_place = 0

    @property
    def expected(self) -> float | None:
        """Expected nuclei on the interface so far; None where none are drawn."""
        return None

    @property
    def expected_density(self) -> float | None:
        """Expected nuclei per area so far [1/m^2]; None where no rate is evaluated."""
        return None

    @property
    def accepted(self) -> list[Nucleus]:
        """The events that became voids."""
        return [nucleus for nucleus in self.nuclei if nucleus.status == "accepted"]

    @property
    def due(self) -> list[Nucleus]:
        """All events so far that had a place, in the order in which they happened."""
        return sorted([*self.nuclei, *self.waiting], key=lambda nucleus: nucleus.id)

    @property
    def incubation(self) -> Incubation | None:
        """The first nucleus, whenever its seed opened; None as long as there is none."""
        for first in self.due[:1]:
            return Incubation(first.step, first.time, first.areal_capacity, "first void nucleated")
        return None
