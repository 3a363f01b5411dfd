"""What every mesh must be, built or read: whole cells, whole regions, one interface.

All of it is asked of points, cells and tags alone, whatever plane or direction they lie in.
"""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import ANODE, ELECTROLYTE, Connectivity, Points, Tags
from lithovoid.meshes.topology import FacetTable, edge_lengths, offsets, sizes

THIN = 1e-7
"""Cells whose volume is less than this part of a power of their longest edge have none."""
TOUCHING = 1e-6
"""Facets closer than this part of their size lie on one another."""
NEIGHBOURS = 12
"""Nearest facets among which one that lies on another is looked for."""


def require_sound(
    points: Points,
    cells: Connectivity,
    cell_tags: Tags,
    names: tuple[str, str] = ("anode", "electrolyte"),
) -> FacetTable:
    """Return the facets of a mesh that is sound; `points` (n, gdim) with gdim >= tdim.

    Raises ConfigurationError, with how many and where, for cells without volume, cells that
    overlap or are folded over their neighbours, a region that is not one body, no interface, and
    facets that lie on one another without being joined.
    """
    _require_volume(points, cells)
    table = FacetTable(cells, cell_tags)
    if (table.cells > 2).any():
        raise ConfigurationError("has facets shared by more than two cells: cells overlap")
    _require_unfolded(points, table)
    _require_bodies(points, cells, cell_tags, table, names)
    if not table.between.any():
        raise ConfigurationError(
            f"the groups '{names[0]}' and '{names[1]}' share no facets; merge the "
            "points that both have along the interface"
        )
    _require_joined(points, table)
    return table


def place(points: Points, nodes: npt.NDArray[np.int64]) -> str:
    """Say where the middle of `nodes` is, without coordinates that are all the same."""
    varying = np.ptp(points, axis=0) > 0
    where = points[nodes].mean(axis=0)[varying]
    return f"({', '.join(f'{value:.4g}' for value in where)}) um"


def _require_volume(points: Points, cells: Connectivity) -> None:
    longest = edge_lengths(points, cells).max(axis=1)
    degenerate = sizes(points, cells) <= THIN * longest ** (cells.shape[1] - 1)
    if degenerate.any():
        where = place(points, cells[np.argmax(degenerate)])
        raise ConfigurationError(f"{degenerate.sum()} cells have no volume, the first at {where}")


def _require_unfolded(points: Points, table: FacetTable) -> None:
    """The cells of a facet must lie on opposite sides of it."""
    inner = table.cells == 2
    facets, corners = table.nodes[inner], table.corners[inner]
    one, other = (offsets(points, facets, corners[:, k]) for k in (0, 1))
    folded = np.einsum("ij,ij->i", one, other) >= 0
    if folded.any():
        where = place(points, facets[np.argmax(folded)])
        raise ConfigurationError(
            f"{folded.sum()} facets have both their cells on the same side, the first at {where}: "
            "cells are folded over their neighbours"
        )


def _require_bodies(
    points: Points, cells: Connectivity, tags: Tags, table: FacetTable, names: tuple[str, str]
) -> None:
    """Each region must hang together by facets."""
    for tag, name in zip((ANODE, ELECTROLYTE), names, strict=True):
        sides = table.sides[(table.anode if tag == ANODE else table.electrolyte) == 2]
        graph = coo_array((np.ones(len(sides)), tuple(sides.T)), shape=(len(cells), len(cells)))
        body = connected_components(graph, directed=False)[1][tags == tag]
        _, first, counts = np.unique(body, return_index=True, return_counts=True)
        if len(counts) > 1:
            smallest = first[np.argmin(counts)]
            where = place(points, cells[tags == tag][smallest])
            raise ConfigurationError(
                f"the region '{name}' is in {len(counts)} bodies that share no facets, of "
                f"{_listed(np.sort(counts)[::-1])} cells, the smallest at {where}; it must be one"
            )


def _listed(numbers: npt.NDArray[np.int64]) -> str:
    shown = ", ".join(str(number) for number in numbers[:5])
    return f"{shown} ..." if len(numbers) > 5 else shown


def _require_joined(points: Points, table: FacetTable) -> None:
    """No facet of the outside may lie on another one: there two bodies merely touch."""
    outer = table.cells == 1
    facets, in_anode = table.nodes[outer], table.anode[outer] == 1
    touched = _on_another(points, facets)
    if not touched.any():
        return
    across = int((touched & in_anode).sum() if (touched & ~in_anode).any() else 0)
    where = place(points, facets[np.argmax(touched)])
    if across:
        raise ConfigurationError(
            f"{across} facets of the anode lie on facets of the electrolyte without being joined, "
            f"the first at {where}, while {table.between.sum()} are shared; merge the points that "
            "both have along the interface"
        )
    raise ConfigurationError(
        f"{touched.sum()} facets of one region lie on one another without being joined, the first "
        f"at {where}; merge coincident points"
    )


def _on_another(points: Points, facets: Connectivity) -> npt.NDArray[np.bool_]:
    """Which `facets` have their middle on another of them, (k,)."""
    middles = points[facets].mean(axis=1)
    lengths = edge_lengths(points, facets).max(axis=1)
    count = min(NEIGHBOURS + 1, len(facets))
    _, nearest = cKDTree(middles).query(middles, k=count)
    found = np.zeros(len(facets), dtype=np.bool_)
    for other in nearest.reshape(len(facets), count).T:
        corners = points[facets[other]]
        edges = corners[:, 1:] - corners[:, :1]
        away = middles - corners[:, 0]
        gram = edges @ edges.transpose(0, 2, 1)
        weights = np.linalg.solve(gram, edges @ away[:, :, None])[:, :, 0]
        gap = np.linalg.norm(away - np.einsum("ij,ijk->ik", weights, edges), axis=1)
        shares = np.column_stack([1 - weights.sum(axis=1), weights])
        within = (shares.min(axis=1) > TOUCHING) & (gap < TOUCHING * lengths)
        found |= within & (other != np.arange(len(facets)))
    return found
