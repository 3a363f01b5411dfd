"""A half period of a strip contact on a mesh that is graded towards the edge of the contact."""

import numpy as np
from box_mesh import box, graded

from lithovoid.meshes.data import MeshData


def strip_cell(contact: float, width: float, electrolyte: float, finest: float) -> MeshData:
    """Return a cell of `width` whose mesh is finest at x = `contact` on the interface; in um."""
    left = contact - graded(contact, finest)[::-1]
    x = np.concatenate([left, contact + graded(width - contact, finest)[1:]])
    below = -graded(electrolyte, finest)[:0:-1]
    return box(x, np.concatenate([below, graded(0.5 * width, finest)]))
