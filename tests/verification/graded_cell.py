"""A half period of a strip contact on a mesh that is graded towards the edge of the contact."""

import numpy as np

from lithovoid.meshes.data import ANODE, COUNTER, ELECTROLYTE, MeshData


def graded(length: float, finest: float, growth: float = 1.2) -> np.ndarray:
    """Return points from 0 to `length`; cells grow from `finest` at 0 by `growth`."""
    steps = [finest]
    while sum(steps) < length:
        steps.append(min(steps[-1] * growth, length / 15))
    points = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(points * length / points[-1])


def strip_cell(contact: float, width: float, electrolyte: float, finest: float) -> MeshData:
    """Return a cell of `width` whose mesh is finest at x = `contact` on the interface; in um."""
    left = contact - graded(contact, finest)[::-1]
    x = np.concatenate([left, contact + graded(width - contact, finest)[1:]])
    below = -graded(electrolyte, finest)[:0:-1]
    z = np.concatenate([below, graded(0.5 * width, finest)])
    columns, rows = len(x), len(z)
    points = np.stack(np.meshgrid(x, z), axis=2).reshape(-1, 2)
    node = np.arange(columns * rows).reshape(rows, columns)
    a, b, c, d = (
        part.ravel() for part in (node[:-1, :-1], node[:-1, 1:], node[1:, 1:], node[1:, :-1])
    )
    cells = np.concatenate([np.column_stack([a, b, c]), np.column_stack([a, c, d])])
    above = points[cells].mean(axis=1)[:, 1] > 0
    facets = np.column_stack([node[0, :-1], node[0, 1:]])
    return MeshData(
        points,
        cells.astype(np.int64),
        np.where(above, ANODE, ELECTROLYTE).astype(np.int32),
        facets.astype(np.int64),
        np.full(len(facets), COUNTER, dtype=np.int32),
    )
