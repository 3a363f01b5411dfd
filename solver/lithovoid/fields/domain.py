"""The distributed mesh: anode, electrolyte, and the oriented interface between them.

The interface is the set of facets between anode and electrolyte cells; in its integrals ``"+"`` is
the anode and ``"-"`` the electrolyte. Everything is integrated over the parent mesh, with functions
on the submeshes and `entity_maps` handed to the forms.
"""

from dataclasses import dataclass

import basix.ufl
import ufl
from dolfinx import fem, la, mesh
from dolfinx.graph import adjacencylist
from dolfinx.io import distribute_entity_data
from dolfinx.mesh import EntityMap
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.machine.bootstrap import jit_options
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import ANODE, BACK, COUNTER, ELECTROLYTE, MeshData
from lithovoid.meshes.measures import measure

Integers = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """A submesh with its map to the parent mesh; `nodes` are parent geometry nodes."""

    mesh: mesh.Mesh
    entity_map: EntityMap
    nodes: Integers


@dataclass(frozen=True)
class Interface:
    """Interface facets owned by this rank.

    nodes: (n, tdim) parent geometry nodes; points: (n, tdim, gdim) [um]; areas: (n,) [um or um^2];
    normals: (n, gdim) unit vectors into the anode.
    """

    nodes: Integers
    points: Floats
    areas: Floats
    normals: Floats
    region: Region


class Domain:
    """Mesh, submeshes, interface and measures, distributed over `comm`.

    `measures` are the areas of the whole cell; `area` [um or um^2] is that of the interface,
    projected along the vertical: what is said per area refers to it.
    """

    def __init__(self, comm: MPI.Comm, data: MeshData | None, quadrature_degree: int = 2) -> None:
        """Distribute `data` (needed on rank 0 only).

        Raises ConfigurationError where the anode of `data` does not lie above its interface.
        """
        self.comm = comm
        self.measures = comm.bcast(None if data is None else measure(data), root=0)
        if not self.measures.upright:
            raise ConfigurationError(
                "the mesh does not lie in the frame of all meshes: the anode above the interface, "
                "along the last axis"
            )
        self.area: float = self.measures.area
        self.mesh, cell_tags, facet_tags = _distribute(comm, data)
        tdim = self.mesh.topology.dim
        self.anode = _region(self.mesh, tdim, cell_tags.find(ANODE))
        self.electrolyte = _region(self.mesh, tdim, cell_tags.find(ELECTROLYTE))
        sides = _interface_sides(self.mesh, cell_tags)
        self.interface = _interface(self.mesh, sides)
        metadata = {"quadrature_degree": quadrature_degree}
        dx = ufl.Measure("dx", self.mesh, subdomain_data=cell_tags, metadata=metadata)
        self.dx_anode, self.dx_electrolyte = dx(ANODE), dx(ELECTROLYTE)
        integration_data = sides[:, [0, 1, 2, 3]].flatten()
        self.ds_interface = ufl.Measure(
            "dS", self.mesh, subdomain_data=[(1, integration_data)], metadata=metadata
        )(1)
        ds = ufl.Measure("ds", self.mesh, subdomain_data=facet_tags, metadata=metadata)
        self.ds_counter, self.ds_back = ds(COUNTER), ds(BACK)

    @property
    def entity_maps(self) -> list[EntityMap]:
        """Maps that forms need to find the submesh functions."""
        return [self.anode.entity_map, self.electrolyte.entity_map]

    def compile(self, form: ufl.Form) -> fem.Form:
        """Compile a form over the parent mesh with functions on the submeshes (collective)."""
        return fem.form(form, entity_maps=self.entity_maps, jit_options=jit_options())

    def integral(self, form: ufl.Form) -> float:
        """Compile and assemble a scalar `form` over all ranks (collective)."""
        return Integral(self, form)()


class Integral:
    """A scalar form, compiled once; calling it assembles over all ranks (collective)."""

    def __init__(self, domain: Domain, form: ufl.Form) -> None:
        self._comm = domain.comm
        self._form = domain.compile(form)

    def __call__(self) -> float:
        return float(self._comm.allreduce(self.local(), op=MPI.SUM))

    def local(self) -> float:
        """This rank's share, for callers that reduce several integrals at once."""
        return float(np.real(fem.assemble_scalar(self._form)))


def nodal_shares(domain: Domain, space: fem.FunctionSpace, measure: ufl.Measure) -> Floats:
    """Each node's share of a `measure`, on ghosts too (collective): its sum is the whole."""
    one = fem.Constant(domain.mesh, 1.0)
    vector = fem.assemble_vector(domain.compile(one * ufl.TestFunction(space) * measure))
    vector.scatter_reverse(la.InsertMode.add)
    vector.scatter_forward()
    return np.asarray(vector.array)


def _distribute(
    comm: MPI.Comm, data: MeshData | None
) -> tuple[mesh.Mesh, mesh.MeshTags, mesh.MeshTags]:
    gdim, tdim = comm.bcast(
        None if data is None else (data.points.shape[1], data.cells.shape[1] - 1), root=0
    )
    if data is None:
        points, cells = np.empty((0, gdim)), np.empty((0, tdim + 1), dtype=np.int64)
        facets = np.empty((0, tdim), dtype=np.int64)
        cell_values, facet_values = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    else:
        points, cells, facets = data.points, data.cells, data.facets
        cell_values, facet_values = data.cell_tags, data.facet_tags
    shape = "triangle" if tdim == 2 else "tetrahedron"
    element = basix.ufl.element("Lagrange", shape, 1, shape=(gdim,))
    partitioner = mesh.create_cell_partitioner(mesh.GhostMode.shared_facet, 2)
    domain = mesh.create_mesh(comm, cells, ufl.Mesh(element), points, partitioner)
    cell_tags = _tags(domain, tdim, cells, cell_values)
    facet_tags = _tags(domain, tdim - 1, facets, facet_values)
    return domain, cell_tags, facet_tags


def _tags(
    domain: mesh.Mesh, dim: int, entities: NDArray[np.int64], values: Integers
) -> mesh.MeshTags:
    local_entities, local_values = distribute_entity_data(domain, dim, entities, values)
    domain.topology.create_connectivity(dim, domain.topology.dim)
    return mesh.meshtags_from_entities(domain, dim, adjacencylist(local_entities), local_values)


def _region(parent: mesh.Mesh, dim: int, entities: Integers) -> Region:
    submesh, entity_map, _, nodes = mesh.create_submesh(parent, dim, entities)
    return Region(submesh, entity_map, nodes)


def _interface_sides(domain: mesh.Mesh, cell_tags: mesh.MeshTags) -> Integers:
    """Return (n, 4): anode cell, its facet number, electrolyte cell, its facet number."""
    tdim = domain.topology.dim
    domain.topology.create_connectivity(tdim - 1, tdim)
    domain.topology.create_connectivity(tdim, tdim - 1)
    to_cells = domain.topology.connectivity(tdim - 1, tdim)
    owned = domain.topology.index_map(tdim - 1).size_local
    counts = np.diff(to_cells.offsets)[:owned]
    inner = np.flatnonzero(counts == 2).astype(np.int32)
    pairs = to_cells.array[to_cells.offsets[inner][:, None] + np.arange(2)]
    material = np.zeros(
        domain.topology.index_map(tdim).size_local + domain.topology.index_map(tdim).num_ghosts,
        dtype=np.int32,
    )
    material[cell_tags.indices] = cell_tags.values
    crossing = np.sort(material[pairs], axis=1) == [ANODE, ELECTROLYTE]
    facets, pairs = inner[crossing.all(axis=1)], pairs[crossing.all(axis=1)]
    pairs = np.where(material[pairs[:, :1]] == ANODE, pairs, pairs[:, ::-1])
    facets_of_cells = domain.topology.connectivity(tdim, tdim - 1).array.reshape(-1, tdim + 1)
    numbers = [(facets_of_cells[pairs[:, k]] == facets[:, None]).argmax(axis=1) for k in (0, 1)]
    return np.column_stack([pairs[:, 0], numbers[0], pairs[:, 1], numbers[1]]).astype(np.int32)


def _interface(domain: mesh.Mesh, sides: Integers) -> Interface:
    tdim, gdim = domain.topology.dim, domain.geometry.dim
    facets_of_cells = domain.topology.connectivity(tdim, tdim - 1).array.reshape(-1, tdim + 1)
    facets = facets_of_cells[sides[:, 0], sides[:, 1]].astype(np.int32)
    domain.topology.create_connectivity(tdim - 1, 0)
    nodes = mesh.entities_to_geometry(domain, tdim - 1, facets)
    points = domain.geometry.x[nodes][:, :, :gdim]
    edges = points[:, 1:] - points[:, :1]
    areas = np.sqrt(np.linalg.det(edges @ edges.transpose(0, 2, 1))) / (tdim - 1)
    cells = domain.geometry.dofmaps[0][sides[:, 0]]
    inward = domain.geometry.x[cells].mean(axis=1)[:, :gdim] - points.mean(axis=1)
    normals = inward - _tangential(inward, edges)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Interface(nodes, points, areas, normals, _region(domain, tdim - 1, facets))


def _tangential(vectors: Floats, edges: Floats) -> Floats:
    """Component of each vector in the span of its facet's edges (least squares)."""
    gram = edges @ edges.transpose(0, 2, 1)
    weights = np.linalg.solve(gram, edges @ vectors[:, :, None])
    return (edges.transpose(0, 2, 1) @ weights)[:, :, 0]
