"""Domains of the benchmarks that are no rectangles."""

import basix.ufl
import ufl
from dolfinx import mesh
from dolfinx.io import gmsh as gmsh_io
from mpi4py import MPI

import gmsh
import numpy as np
from numpy.typing import NDArray

from lithovoid.meshes.gmsh_session import session

Floats = NDArray[np.float64]


def t_shape(cells: int, corner: tuple[float, float]) -> mesh.Mesh:
    """A stem of 20 x 100 under a bar of 100 x 20, with `cells` over 20.

    `corner` is the lower left end of the stem.
    """
    left, below = corner
    bar = mesh.create_rectangle(
        MPI.COMM_SELF,
        [(left - 40.0, below), (left + 60.0, below + 120.0)],
        [5 * cells, 6 * cells],
        diagonal=mesh.DiagonalType.left_right,
    )
    x, y, _ = mesh.compute_midpoints(bar, 2, np.arange(60 * cells**2, dtype=np.int32)).T
    inside = (y > below + 100.0) | ((x > left) & (x < left + 20.0))
    return mesh.create_submesh(bar, 2, np.flatnonzero(inside).astype(np.int32))[0]


def half_disc(size: float) -> mesh.Mesh:
    """A rectangle of 50 x 100 with half a disc of radius 50 on its right; curved triangles.

    Nodes lie on the cuts x = 50 and y = 50.
    """
    with session():
        occ = gmsh.model.occ
        rectangle, disc = occ.addRectangle(0, 0, 0, 50, 100), occ.addDisk(50, 50, 0, 50, 50)
        whole = occ.fuse([(2, rectangle)], [(2, disc)])[0]
        ends = [occ.addPoint(*xy, 0) for xy in ((50, 0), (50, 100), (0, 50), (100, 50))]
        cuts = [(1, occ.addLine(ends[0], ends[1])), (1, occ.addLine(ends[2], ends[3]))]
        occ.fragment(whole, cuts)
        occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [tag for _, tag in gmsh.model.getEntities(2)], 1)
        gmsh.option.setNumber("Mesh.MeshSizeMax", size)
        gmsh.model.mesh.generate(2)
        gmsh.model.mesh.setOrder(2)
        return gmsh_io.model_to_mesh(gmsh.model, MPI.COMM_SELF, 0, gdim=2).mesh


def sphere(radius: float, parts: int) -> mesh.Mesh:
    """The surface of a sphere: curved triangles, `parts` along each edge of an icosahedron."""
    corners = _icosahedron()
    faces = [_face(corners[list(face)], parts) for face in _faces(corners)]
    points = np.concatenate([nodes for nodes, _ in faces])
    points *= radius / np.linalg.norm(points, axis=1, keepdims=True)
    offsets = np.cumsum([0, *(len(nodes) for nodes, _ in faces[:-1])])
    cells = np.concatenate([c + o for (_, c), o in zip(faces, offsets, strict=True)])
    keys = np.round(points / radius * 1e6).astype(np.int64)
    _, first, same = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    element = basix.ufl.element("Lagrange", "triangle", 2, shape=(3,))
    return mesh.create_mesh(
        MPI.COMM_SELF, same.ravel()[cells].astype(np.int64), ufl.Mesh(element), points[first]
    )


def _icosahedron() -> Floats:
    golden = (1 + np.sqrt(5)) / 2
    pairs = [(one, golden * other) for one in (-1, 1) for other in (-1, 1)]
    points = [np.roll([0.0, a, b], k) for a, b in pairs for k in range(3)]
    return np.array(points) / np.hypot(1, golden)


def _faces(corners: Floats) -> list[tuple[int, int, int]]:
    """Triples of corners that are each other's neighbours."""
    distance = np.linalg.norm(corners[:, None] - corners[None], axis=2)
    near = (distance > 0) & (distance < 1.1 * distance[distance > 0].min())
    n = range(len(corners))
    return [
        (i, j, k)
        for i in n
        for j in n
        for k in n
        if i < j < k and near[i, j] & near[j, k] & near[i, k]
    ]


def _face(corners: Floats, parts: int) -> tuple[Floats, NDArray[np.int64]]:
    """Nodes of a face and its cells: three corners, then the middles of the opposite edges."""
    number: dict[tuple[int, int], int] = {}
    nodes = []
    for i in range(2 * parts + 1):
        for j in range(2 * parts + 1 - i):
            number[i, j] = len(nodes)
            a, b = i / (2 * parts), j / (2 * parts)
            nodes.append((1 - a - b) * corners[0] + a * corners[1] + b * corners[2])
    cells = []
    for i in range(0, 2 * parts, 2):
        for j in range(0, 2 * parts - i, 2):
            triangles = [((i, j), (i + 2, j), (i, j + 2))]
            if i + j + 2 < 2 * parts:
                triangles.append(((i + 2, j + 2), (i, j + 2), (i + 2, j)))
            cells += [[number[node] for node in _quadratic(*triangle)] for triangle in triangles]
    return np.array(nodes), np.array(cells)


Node = tuple[int, int]


def _quadratic(a: Node, b: Node, c: Node) -> list[Node]:
    middles = [((p[0] + q[0]) // 2, (p[1] + q[1]) // 2) for p, q in ((b, c), (a, c), (a, b))]
    return [a, b, c, *middles]
