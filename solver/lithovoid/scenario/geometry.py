"""The geometry of a scenario: planar or a column, meshed here, or a mesh from a file."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from lithovoid.scenario import units as u
from lithovoid.scenario.table import UNGIVEN, PositiveNumber, Seed, Table

COARSE_PART = 10
"""Default largest mesh size: this part of the anode's thickness."""
FINE_SIZES = 32
"""Default depth of the fine layer of the anode, in interface sizes."""
LAYER_GROWTH = 1.3
"""Each mesh layer at the interface is this much thicker than the one before."""
COLUMN_PARTS = 40
"""Default largest mesh size of a column: this part of the anode's thickness."""
ELECTROLYTE_GROWTH = 2
"""The electrolyte's mesh coarsens this much faster: its potential is smooth away from voids."""


class PresetVoid(Table):
    """A void that is there from the beginning."""

    x: u.Position = Field(description="centre along the interface, from the left side")
    y: u.Position | None = Field(
        None,
        description="in three dimensions, centre along the depth; default: the middle of the "
        "interface",
    )
    radius: u.Length = Field(description="radius of the void")
    depth: u.Position | None = Field(
        None,
        description="height of the centre above the interface; without it, the height at which "
        "the void meets the electrolyte at the contact angle",
    )


class Roughness(Table):
    """A rough interface: a random, band-limited height profile, the same for the same seed."""

    amplitude: u.Length = Field(description="root mean square height")
    shortest_wavelength: u.Length = Field(description="shortest wavelength of the profile")
    longest_wavelength: u.Length = Field(description="longest wavelength of the profile")
    seed: Seed = Field(0, description="seed of the random profile")

    @model_validator(mode="after")
    def _ordered(self) -> "Roughness":
        if self.shortest_wavelength > self.longest_wavelength:
            raise ValueError("shortest_wavelength must not exceed longest_wavelength")
        return self


class PlanarGeometry(Table):
    """A rectangular anode on a rectangular electrolyte, or boxes of them, meshed by Gmsh."""

    type: Literal["planar"] = Field(description="kind of geometry")
    width: u.Length = Field(description="extent along the interface")
    depth: u.Length | None = Field(
        None,
        description="extent along the interface in the second direction, which makes the cell "
        "three-dimensional; default: two dimensions",
    )
    anode: u.Length = Field(description="thickness of the anode")
    electrolyte: u.Length = Field(description="thickness of the resolved electrolyte")
    interface_size: u.Length = Field(
        UNGIVEN,
        description="mesh size at the interface; default: half of phase_field.l",
    )
    coarse_size: u.Length | None = Field(
        None, description="largest mesh size, far from the interface; default: anode / 10"
    )
    fine_depth: u.Length | None = Field(
        None,
        description="depth of anode that keeps the interface mesh size before it coarsens, so "
        "that voids stay resolved; default: 32 interface sizes",
    )
    growth: PositiveNumber = Field(
        0.2, le=1, description="increase of mesh size per distance beyond fine_depth"
    )
    first_layer: u.Length | None = Field(
        None,
        description="thickness of the anode's first mesh layer at the interface; the layers grow "
        "by 30 % each up to interface_size; default: an eighth of the depletion layer that the "
        "fastest strip leaves in the alloy",
    )
    roughness: Roughness | None = Field(None, description="rough interface; default: flat")
    void: list[PresetVoid] = Field([], description="voids present at the start")

    @property
    def across(self) -> float:
        """The depth [m] of a three-dimensional cell; 0 in two dimensions."""
        return self.depth or 0.0

    @property
    def largest_size(self) -> float:
        """Largest mesh size [m], with its default filled in."""
        return max(self.coarse_size or self.anode / COARSE_PART, self.interface_size)

    @property
    def fine_layer(self) -> float:
        """Depth of anode that keeps the interface mesh size [m], with its default filled in."""
        return self.fine_depth or FINE_SIZES * self.interface_size


class ColumnGeometry(Table):
    """A column one cell wide: the reduced, one-dimensional model of a flat, intact interface."""

    type: Literal["column"] = Field(description="kind of geometry")
    anode: u.Length = Field(description="thickness of the anode")
    electrolyte: u.Length = Field(description="thickness of the resolved electrolyte")
    interface_size: u.Length = Field(
        "5 nm", validate_default=True, description="mesh size at the interface"
    )
    coarse_size: u.Length | None = Field(
        None, description="largest mesh size, far from the interface; default: anode / 40"
    )
    growth: PositiveNumber = Field(
        0.2, le=1, description="increase of mesh size from one cell of the anode to the next"
    )

    @property
    def void(self) -> list[PresetVoid]:
        """A column has no room for voids."""
        return []

    @property
    def largest_size(self) -> float:
        """Largest mesh size [m], with its default filled in."""
        return max(self.coarse_size or self.anode / COLUMN_PARTS, self.interface_size)

    @property
    def levels(self) -> list[float]:
        """Heights of the nodes of the anode [m], from 0 to its thickness."""
        heights, size = [0.0], self.interface_size
        while heights[-1] < self.anode:
            heights.append(heights[-1] + size)
            size = min(size * (1 + self.growth), self.largest_size)
        return [height * self.anode / heights[-1] for height in heights]


class FileGeometry(Table):
    """A mesh made elsewhere: `.msh`, or anything that meshio reads."""

    type: Literal["file"] = Field(description="kind of geometry")
    file: str = Field(description="path of the mesh, relative to the scenario file")
    unit: u.Length = Field(description='length of one mesh unit, for example "1 um"')
    anode: str = Field("anode", description="name of the group of anode cells")
    electrolyte: str = Field("electrolyte", description="name of the group of electrolyte cells")
    counter: str = Field(
        "counter",
        description="name of the group of facets on the far side of the electrolyte; without that "
        "group, where the electrolyte meets what is left out",
    )
    leave_out: list[str] = Field(
        [],
        description="names of groups of cells that are no part of the cell, for example a cathode",
    )
    void: list[PresetVoid] = Field([], description="voids present at the start")


Geometry = Annotated[PlanarGeometry | ColumnGeometry | FileGeometry, Field(discriminator="type")]
