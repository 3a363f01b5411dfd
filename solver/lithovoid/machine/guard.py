"""Guards: what watches a run, by a name, with advice for the day when it speaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """Messages read ``what (guard 'name'). Try advice``."""

    name: str
    advice: str

    def says(self, what: str) -> str:
        """Return the message of the guard about `what` happened."""
        return f"{what} (guard '{self.name}'). Try {self.advice}"
