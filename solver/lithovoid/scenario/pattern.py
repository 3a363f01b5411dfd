"""Electrolytes whose conductivity varies from place to place: tables of the scenario."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lithovoid.scenario import units as u
from lithovoid.scenario.table import Number, Seed, Table

SIZES_PER_FEATURE = 3
"""The electrolyte's mesh is no coarser than this part of the narrowest feature of its pattern."""


class Pillars(Table):
    """Pillars of another conductivity from the interface to the far side: in two dimensions
    stripes, in three cylinders on a square lattice; the first axis is half a spacing from the
    corner of the cell.
    """

    type: Literal["pillars"] = Field(description="kind of pattern")
    spacing: u.Length = Field(description="distance of the axes")
    diameter: u.Length = Field(description="diameter, or width in two dimensions")
    conductivity: u.Conductivity = Field(
        description="ionic conductivity of the pillars; electrolyte.conductivity is that between"
    )

    @model_validator(mode="after")
    def _apart(self) -> "Pillars":
        if self.diameter >= self.spacing:
            raise ValueError("diameter must be less than spacing")
        return self

    @property
    def feature(self) -> float:
        """Narrowest extent that the mesh has to resolve [m]."""
        return min(self.diameter, self.spacing - self.diameter)


class Grains(Table):
    """Random grains (Voronoi cells of one random point per cube of the size `size`), each with a
    conductivity of its own, and their boundaries.
    """

    type: Literal["grains"] = Field(description="kind of pattern")
    size: u.Length = Field(description="mean distance of neighbouring grains")
    spread: Number = Field(
        0.0,
        ge=0,
        le=3,
        description="standard deviation of the logarithm of the grains' conductivity; "
        "electrolyte.conductivity is the median",
    )
    boundary_width: u.Length | None = Field(None, description="width of the grain boundaries")
    boundary_conductivity: u.Conductivity | None = Field(
        None, description="ionic conductivity of the grain boundaries"
    )
    seed: Seed = Field(0, description="seed of the random grains")

    @model_validator(mode="after")
    def _consistent(self) -> "Grains":
        if (self.boundary_width is None) != (self.boundary_conductivity is None):
            raise ValueError("boundary_width and boundary_conductivity must be given together")
        if self.boundary_width is not None and self.boundary_width >= self.size / 2:
            raise ValueError("boundary_width must be less than half of size")
        return self

    @property
    def feature(self) -> float:
        """Narrowest extent that the mesh has to resolve [m]."""
        return self.boundary_width or self.size / 2


Pattern = Annotated[Pillars | Grains, Field(discriminator="type")]
