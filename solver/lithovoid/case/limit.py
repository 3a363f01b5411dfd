"""A limit of what a result can tell: the one form in which all of them are said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["inside", "outside", "not known"]


@dataclass(frozen=True)
class Limit:
    """One limit; numbers are texts with their units, as scenarios have them.

    `name` is the key of the scenario that it hangs on, `what` says what is compared, `source` where
    the bound comes from, and `sentence` what follows.
    """

    name: str
    what: str
    value: str
    bound: str
    source: str
    state: State
    sentence: str

    @property
    def line(self) -> str:
        """The limit as a warning reads."""
        return f"{self.name}: {self.sentence}"


def judged(inside: bool) -> State:
    """Return the state of what could be compared."""
    return "inside" if inside else "outside"


def warnings_of(limits: Sequence[Limit]) -> list[str]:
    """Return one line per limit that something is outside of."""
    return [limit.line for limit in limits if limit.state == "outside"]


def validity_lines(limits: Sequence[Limit]) -> list[str]:
    """Return a line on how many limits are kept, and one for each that is not, or is not known."""
    others = [limit for limit in limits if limit.state != "inside"]
    return [
        f"Validity: {len(limits) - len(others)} of {len(limits)} limits are kept",
        *(f"  {x.state:<9}  {x.name}: {x.what}: {x.value} ({x.bound})" for x in others),
    ]
