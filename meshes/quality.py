"""How good a mesh is: counts, shapes of cells, sizes at the interface."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lithovoid.meshes.data import ANODE, ELECTROLYTE, Connectivity, MeshData, Points
from lithovoid.meshes.topology import cell_volumes, edge_lengths, interface_facets


@dataclass(frozen=True)
class MeshQuality:
    """Numbers that tell whether a mesh is fit for use.

    Nodes on the interface count in both regions. The shape of a cell is its inradius by its
    circumradius, times the dimension: 1 for the regular simplex, 0 for a flat one. The edges are
    those of the interface itself [um].
    """

    anode_nodes: int
    anode_cells: int
    electrolyte_nodes: int
    electrolyte_cells: int
    worst_shape: float
    mean_shape: float
    shortest_interface_edge: float
    longest_interface_edge: float


def quality(mesh: MeshData) -> MeshQuality:
    """Return the quality of `mesh`."""
    anode = mesh.cells[mesh.cell_tags == ANODE]
    electrolyte = mesh.cells[mesh.cell_tags == ELECTROLYTE]
    shape = cell_shapes(mesh.points, mesh.cells)
    edges = edge_lengths(mesh.points, interface_facets(mesh))
    return MeshQuality(
        anode_nodes=np.unique(anode).size,
        anode_cells=len(anode),
        electrolyte_nodes=np.unique(electrolyte).size,
        electrolyte_cells=len(electrolyte),
        worst_shape=float(shape.min()),
        mean_shape=float(shape.mean()),
        shortest_interface_edge=float(edges.min()),
        longest_interface_edge=float(edges.max()),
    )


def cell_shapes(points: Points, cells: Connectivity) -> npt.NDArray[np.float64]:
    """Return dim * inradius / circumradius of each simplex, shape (m,).

    The inradius is dim * volume / (sum of the facets' areas), the area of the facet opposite to
    corner i being dim * volume * |gradient of the barycentric coordinate i|. The circumcentre c,
    relative to the first corner, solves 2 (x_i - x_0) . c = |x_i - x_0|^2.
    """
    dim = cells.shape[1] - 1
    volumes = np.abs(cell_volumes(points, cells))
    corners = points[cells]
    spans = corners[:, 1:] - corners[:, :1]
    gradients = np.linalg.inv(spans).transpose(0, 2, 1)
    gradients = np.concatenate([-gradients.sum(axis=1, keepdims=True), gradients], axis=1)
    facet_areas = dim * volumes[:, None] * np.linalg.norm(gradients, axis=2)
    inradius = dim * volumes / facet_areas.sum(axis=1)
    squares = (spans**2).sum(axis=2)
    centre = np.linalg.solve(2 * spans, squares[:, :, None])[:, :, 0]
    shapes = dim * inradius / np.linalg.norm(centre, axis=1)
    return np.asarray(shapes, dtype=np.float64)
