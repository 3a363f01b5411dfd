"""The mesh as plain NumPy arrays: what builders and readers deliver and the solver takes.

Lengths of meshes are **micrometres**, because Gmsh, VTK and most mesh formats have absolute
tolerances; everything else in Lithovoid is in SI units. In 2D the two columns of `points` are the
position along the interface and the height above it (z).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lithovoid.theory.constants import MESH_UNIT as MICROMETRE

__all__ = [
    "ANODE",
    "BACK",
    "COUNTER",
    "ELECTROLYTE",
    "MICROMETRE",
    "Connectivity",
    "MeshData",
    "Points",
    "Tags",
]

ANODE = 1
"""Cell tag of the anode."""
ELECTROLYTE = 2
"""Cell tag of the electrolyte."""
COUNTER = 1
"""Facet tag of the far side of the electrolyte, where the current leaves."""
BACK = 2
"""Facet tag of the back of the anode, where known."""

Points = npt.NDArray[np.float64]
Connectivity = npt.NDArray[np.int64]
Tags = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class MeshData:
    """A simplex mesh with an anode and an electrolyte that share facets.

    points: (n, gdim) coordinates [um]; every point belongs to a cell.
    cells: (m, tdim + 1) node numbers of triangles or tetrahedra, positively oriented.
    cell_tags: (m,) `ANODE` or `ELECTROLYTE`.
    facets: (k, tdim) node numbers of the tagged boundary facets.
    facet_tags: (k,) `COUNTER` or `BACK`.

    The interface has no tag: it is the set of facets between anode and electrolyte cells
    (`lithovoid.meshes.topology.interface_facets`).
    """

    points: Points
    cells: Connectivity
    cell_tags: Tags
    facets: Connectivity
    facet_tags: Tags

    @property
    def gdim(self) -> int:
        """Number of coordinates of a point."""
        return int(self.points.shape[1])

    @property
    def tdim(self) -> int:
        """Dimension of the cells: 2 for triangles, 3 for tetrahedra."""
        return int(self.cells.shape[1]) - 1
