"""The areas and extents of a cell, of a mesh in the frame of all meshes."""

from dataclasses import dataclass
from math import nan

import numpy as np

from lithovoid.meshes.data import ANODE, COUNTER, MeshData
from lithovoid.meshes.topology import FacetTable, Floats, cell_volumes, edge_lengths, sizes

SLAB = 1e-9
"""Relative differences of areas and volumes below which the electrolyte is a slab."""


LEAST_UPRIGHT = 0.5
"""Least projected area of an interface, in parts of its own, of a mesh in the frame."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Lengths, areas and volumes in um to the power they have.

    `area` is that of the interface projected along the vertical, to which current densities,
    capacities and resistances refer; `interface` is that of its facets, `counter` that of the side
    where the current leaves. `extent` of the interface along x, and y in three dimensions.
    `anode`: mean thickness, volume over `area`; `electrolyte`: from its lowest point to the mean
    height of the interface; `deepest`: from the lowest point of the interface to the top of the
    anode. `shortest`, `longest`: edges of the interface. `slab`: whether the electrolyte has the
    same cross-section everywhere, from the interface to the counter side.
    """

    area: float
    interface: float
    counter: float
    extent: Floats
    anode: float
    electrolyte: float
    deepest: float
    shortest: float
    longest: float
    slab: bool

    @property
    def upright(self) -> bool:
        """Whether the anode lies above its interface, along the last axis."""
        return self.area > LEAST_UPRIGHT * self.interface


def measure(mesh: MeshData, table: FacetTable | None = None) -> Measures:
    """Return the measures of `mesh`, whose facets are `table` where they are known already."""
    table = table or FacetTable(mesh.cells, mesh.cell_tags)
    facets = table.interface()
    areas = sizes(mesh.points, facets)
    upright = areas * table.into_anode(mesh.points, mesh.cell_tags)[:, -1]
    area = float(upright.sum()) or nan  # none, if the mesh lies on its side
    at_counter = mesh.facets[mesh.facet_tags == COUNTER]
    counter = sizes(mesh.points, at_counter)
    volumes = np.abs(cell_volumes(mesh.points, mesh.cells))
    in_anode = mesh.cell_tags == ANODE
    anode, electrolyte = (float(volumes[part].sum()) / area for part in (in_anode, ~in_anode))
    lowest = float(mesh.points[mesh.cells[~in_anode]][:, :, -1].min())
    highest = float(mesh.points[mesh.cells[in_anode]][:, :, -1].max())
    nodes = mesh.points[np.unique(facets)]
    heights = [
        float(weights @ mesh.points[where][:, :, -1].mean(axis=1)) / total
        for weights, where, total in (
            (upright, facets, area),
            (counter, at_counter, float(counter.sum())),
        )
    ]
    ratios = float(counter.sum()) / area, (heights[0] - heights[1]) / electrolyte
    edges = edge_lengths(mesh.points, facets)
    return Measures(
        area=area,
        interface=float(areas.sum()),
        counter=float(counter.sum()),
        extent=np.ptp(nodes[:, :-1], axis=0),
        anode=anode,
        electrolyte=heights[0] - lowest,
        deepest=highest - float(nodes[:, -1].min()),
        shortest=float(edges.min()),
        longest=float(edges.max()),
        slab=all(abs(ratio - 1) < SLAB for ratio in ratios),
    )
