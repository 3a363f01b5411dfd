"""The base of all tables of a scenario, and the kinds of plain numbers in them."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
PositiveNumber = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]


UNGIVEN = 0.0
"""Default of a positive quantity that follows from others: filled in when a scenario is loaded."""


class Table(BaseModel):
    """Base of all tables: no unknown keys, no conversion of types, no change of instances."""

    @property
    def unknown_fields(self) -> int:
        """Unknowns at the nodes of the anode that it adds to v and phi."""
        return 0

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def by_default(cls) -> Self:
        """Return the table with all its defaults, for fields of that type.

        Type checkers do not take the class itself for a function without arguments: they know of no
        defaults given by position, nor of text that becomes a number.
        """
        return cls()
