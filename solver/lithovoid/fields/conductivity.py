"""The conductivity of a patterned electrolyte as a field: one value per cell.

Gradients of the potential are constant in a cell, so that the mean over the cell is all that
counts there. The pattern belongs to the place, not to the mesh: it is the same on any mesh and any
number of ranks.
"""

import basix
from dolfinx import fem
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lithovoid.fields.domain import Domain
from lithovoid.scenario.pattern import Grains, Pattern, Pillars
from lithovoid.scenario.schema import Electrolyte
from lithovoid.theory.constants import MESH_UNIT

Floats = NDArray[np.float64]

SAMPLING_DEGREE = 6
"""Degree of the quadrature that takes the mean over a cell: 12 points in triangles, 24 in
tetrahedra."""


def conductivity_field(domain: Domain, electrolyte: Electrolyte) -> fem.Function | None:
    """Return the conductivity [A/m^2 per V/um] of a pattern, None where there is none
    (collective).
    """
    if electrolyte.pattern is None:
        return None
    mesh = domain.electrolyte.mesh
    space = fem.functionspace(mesh, ("Discontinuous Lagrange", 0))
    field = fem.Function(space, name="conductivity")
    gdim, tdim = mesh.geometry.dim, mesh.topology.dim
    local = mesh.geometry.x[:, :gdim]
    low, high = np.full(gdim, np.inf), np.full(gdim, -np.inf)
    domain.comm.Allreduce(local.min(axis=0, initial=np.inf), low, op=MPI.MIN)
    domain.comm.Allreduce(local.max(axis=0, initial=-np.inf), high, op=MPI.MAX)
    kind = basix.CellType.triangle if tdim == 2 else basix.CellType.tetrahedron
    quadrature = basix.make_quadrature(kind, SAMPLING_DEGREE)
    places, weights = (np.asarray(part) for part in quadrature)  # annotated as ArrayLike
    shares = np.column_stack([1 - places.sum(axis=1), places])
    corners = mesh.geometry.x[mesh.geometry.dofmaps[0]][:, :, :gdim]
    samples = np.einsum("pk,ckd->cpd", shares, corners)
    values = conductivity_at(samples.reshape(-1, gdim), electrolyte, low, high)
    means = values.reshape(len(corners), -1) @ (weights / weights.sum())
    field.x.array[space.dofmap.list[:, 0]] = means / MESH_UNIT
    return field


def conductivity_at(points: Floats, electrolyte: Electrolyte, low: Floats, high: Floats) -> Floats:
    """Return the conductivity [S/m] at `points` (n, gdim) [um].

    `low` and `high` (gdim,) are opposite corners of the box around the electrolyte [um].
    """
    pattern: Pattern | None = electrolyte.pattern
    if isinstance(pattern, Pillars):
        inside = _distance_from_axis(points[:, :-1] - low[:-1], pattern) < (
            pattern.diameter / MESH_UNIT / 2
        )
        return np.where(inside, pattern.conductivity, electrolyte.conductivity)
    if isinstance(pattern, Grains):
        return electrolyte.conductivity * _grains(points, pattern, electrolyte, low, high)
    return np.full(len(points), electrolyte.conductivity)


def _distance_from_axis(along: Floats, pattern: Pillars) -> Floats:
    """Distance of places along the interface (n, gdim - 1) from the nearest axis [um]."""
    spacing = pattern.spacing / MESH_UNIT
    return np.asarray(np.linalg.norm(along % spacing - spacing / 2, axis=1))


def _grains(
    points: Floats, pattern: Grains, electrolyte: Electrolyte, low: Floats, high: Floats
) -> Floats:
    """Conductivity relative to the median at `points`."""
    size = pattern.size / MESH_UNIT
    counts = np.ceil((high - low) / size - 1e-9).astype(int) + 2  # one cube beyond each side
    generator = np.random.Generator(np.random.Philox(pattern.seed))
    cubes = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), axis=-1)
    within = generator.uniform(size=cubes.shape)
    centres = low + size * (cubes - 1 + within).reshape(-1, len(low))
    relative = np.exp(pattern.spread * generator.standard_normal(len(centres)))
    distances, nearest = cKDTree(centres).query(points, k=2)
    values = relative[nearest[:, 0]]
    if pattern.boundary_width is not None and pattern.boundary_conductivity is not None:
        apart = np.linalg.norm(centres[nearest[:, 1]] - centres[nearest[:, 0]], axis=1)
        from_boundary = (distances[:, 1] ** 2 - distances[:, 0] ** 2) / (2 * apart)
        boundary = from_boundary < pattern.boundary_width / MESH_UNIT / 2
        values[boundary] = pattern.boundary_conductivity / electrolyte.conductivity
    return np.asarray(values)
