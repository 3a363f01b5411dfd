"""What is done to the cell: a list of steps, each with the conditions that end it.

Current densities in a scenario are magnitudes; `signed_current` gives the sign (positive while
stripping). The first condition of `until` that is met ends a step.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lithovoid.scenario import units as u
from lithovoid.scenario.table import Table


class Until(Table):
    """Conditions that end a step; the first one met counts.

    While lithium is stripped, `contact_fraction` and `lithium_at_interface` are met when they fall
    to the value; while it is plated and at rest, when they rise to it.
    """

    time: u.Time | None = Field(None, description="duration of this step")
    capacity: u.ArealCapacity | None = Field(None, description="charge passed in this step")
    overpotential: u.PositivePotential | None = Field(
        None, description="magnitude of the overpotential"
    )
    contact_fraction: float | None = Field(None, gt=0, lt=1, description="fraction in contact")
    lithium_at_interface: float | None = Field(
        None, gt=0, lt=1, description="mean lithium at the contact, 1 at the start"
    )

    @model_validator(mode="after")
    def _something_ends_it(self) -> "Until":
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class _Step(Table):
    until: Until = Field(description="conditions that end the step")

    @property
    def signed_current(self) -> float:
        """Applied current density in A/m^2, positive while stripping."""
        return 0.0

    @property
    def potential(self) -> float | None:
        """Prescribed cell voltage in V, or None where the current is prescribed."""
        return None

    @property
    def strips(self) -> bool:
        """Whether lithium leaves the anode in this step."""
        return self.signed_current > 0.0


class Strip(_Step):
    """Lithium leaves the anode at a constant current density."""

    step: Literal["strip"] = Field(description="kind of step")
    current_density: u.CurrentDensity = Field(description="magnitude of the current density")

    @property
    def signed_current(self) -> float:
        return self.current_density


class Plate(_Step):
    """Lithium is deposited on the anode at a constant current density."""

    step: Literal["plate"] = Field(description="kind of step")
    current_density: u.CurrentDensity = Field(description="magnitude of the current density")

    @property
    def signed_current(self) -> float:
        return -self.current_density


class Rest(_Step):
    """No current: vacancies diffuse, voids relax."""

    step: Literal["rest"] = Field(description="kind of step")


class Hold(_Step):
    """Constant cell voltage (positive strips, negative plates); the current follows."""

    step: Literal["hold"] = Field(description="kind of step")
    cell_voltage: u.Potential = Field(description="prescribed cell voltage, positive strips")

    @property
    def potential(self) -> float:
        return self.cell_voltage

    @property
    def strips(self) -> bool:
        return self.cell_voltage > 0.0


ProtocolStep = Annotated[Strip | Plate | Rest | Hold, Field(discriminator="step")]
