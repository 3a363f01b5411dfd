"""Nucleation events, and when incubation ended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Nucleus:
    """A nucleation event at a point of the interface; lengths in um, rate in 1/(m^2 s).

    `capacity` is the areal capacity [mAh/cm^2] at the event, `key` the number of its random draw.
    """

    id: int
    step: int
    time: float
    capacity: float
    point: tuple[float, ...]
    radius: float
    rate: float
    key: int
    accepted: bool


@dataclass(frozen=True)
class Incubation:
    """The end of incubation: step, time [s], areal capacity [mAh/cm^2] and what it was."""

    step: int
    time: float
    capacity: float
    words: str


class NucleationEvents:
    """What is known of nucleation: the events so far, and when incubation ended."""

    def __init__(self) -> None:
        self.nuclei: list[Nucleus] = []

    @property
    def accepted(self) -> list[Nucleus]:
        """The events that became voids."""
        return [nucleus for nucleus in self.nuclei if nucleus.accepted]

    @property
    def incubation(self) -> Incubation | None:
        """The first void; None as long as there is none."""
        for first in self.accepted[:1]:
            return Incubation(first.step, first.time, first.capacity, "first void nucleated")
        return None
