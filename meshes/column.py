"""The column: a strip one cell wide, two triangles per level, without Gmsh.

The reduced model runs through the same code as every other mesh: fields that do not depend on the
position along the interface make a one-dimensional problem of it.
"""

import numpy as np

from lithovoid.meshes.data import ANODE, BACK, COUNTER, ELECTROLYTE, MICROMETRE, MeshData
from lithovoid.scenario.geometry import ColumnGeometry

WIDTH = 1.0
"""Width of the column [um]; results are per area and do not depend on it."""


def build_column(geometry: ColumnGeometry) -> MeshData:
    """Return the mesh of `geometry`; the electrolyte, where Ohm's law is linear, is one cell."""
    anode = np.array(geometry.levels) / MICROMETRE
    heights = np.concatenate([[-geometry.electrolyte / MICROMETRE], anode])
    points = np.stack(np.meshgrid([0.0, WIDTH], heights), axis=2).reshape(-1, 2)
    node = np.arange(len(points)).reshape(-1, 2)
    a, b, c, d = node[:-1, 0], node[:-1, 1], node[1:, 1], node[1:, 0]
    cells = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    above = points[cells].mean(axis=1)[:, 1] > 0
    return MeshData(
        points=points,
        cells=cells.astype(np.int64),
        cell_tags=np.where(above, ANODE, ELECTROLYTE).astype(np.int32),
        facets=node[[0, -1]].astype(np.int64),
        facet_tags=np.array([COUNTER, BACK], dtype=np.int32),
    )
