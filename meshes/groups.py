"""Named groups of cells in a mesh of meshio, whichever way the file format keeps them.

Three ways are understood: sets of cells with names (Abaqus, ...), numbers of groups with names
(Gmsh's physical groups, cell tags of MED), and bare numbers (Medit references, VTK and XDMF
files with one integer array of cells), where the number written as text is the name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import meshio
import numpy as np
import numpy.typing as npt

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import Connectivity
from lithovoid.meshes.topology import distinct

Mask = npt.NDArray[np.bool_]

NUMBER_ARRAYS = ("gmsh:physical", "medit:ref", "cell_tags")
"""Cell data of meshio that hold numbers of groups."""
NO_GROUPS = ("gmsh:geometrical", "gmsh:bounding_entities")
"""Cell data and sets that describe geometry instead."""


class Groups:
    """Looks groups of one dimension up by their names."""

    def __init__(self, mesh: meshio.Mesh, dimensions: Mapping[str, int]) -> None:
        """Take `mesh` with cells of the types whose dimension is given by `dimensions`."""
        self._cells: dict[int, list[Connectivity]] = {dim: [] for dim in dimensions.values()}
        self._members: dict[int, list[dict[str, Mask]]] = {dim: [] for dim in dimensions.values()}
        for index, block in enumerate(mesh.cells):
            dim = dimensions[block.type]
            self._cells[dim].append(block.data.astype(np.int64))
            self._members[dim].append(_sets(mesh, index) | _numbered(mesh, index, dim))

    def names(self, dim: int) -> set[str]:
        """Return the names of all groups that hold cells of dimension `dim`."""
        blocks = self._members[dim]
        return {name for members in blocks for name, mask in members.items() if mask.any()}

    def select(self, dim: int, names: Sequence[str]) -> tuple[Connectivity, list[Mask]]:
        """Return all cells of dimension `dim`, (m, dim + 1), and a mask (m,) for each name.

        Raises ConfigurationError, with the names there are, if a group is empty or missing.
        """
        found = self.names(dim)
        for name in names:
            if name not in found:
                kind = ("vertices", "lines", "triangles", "tetrahedra")[dim]
                listing = ", ".join(f"'{other}'" for other in sorted(found)) or "none"
                raise ConfigurationError(f"has no group '{name}' of {kind}; found: {listing}")
        blocks, members = self._cells[dim], self._members[dim]
        masks = [
            np.concatenate(
                [
                    groups.get(name, np.zeros(len(cells), dtype=np.bool_))
                    for cells, groups in zip(blocks, members, strict=True)
                ]
            )
            for name in names
        ]
        return _once(np.concatenate(blocks), masks)


def _once(cells: Connectivity, masks: list[Mask]) -> tuple[Connectivity, list[Mask]]:
    """Return cells that a file has several times, once for each of their groups, once only."""
    every, inverse = distinct(np.sort(cells, axis=1))
    if len(every) == len(cells):
        return cells, masks
    kept = np.sort(np.unique(inverse, return_index=True)[1])
    merged = []
    for mask in masks:
        of_any = np.bincount(inverse[mask], minlength=len(every)) > 0
        merged.append(of_any[inverse[kept]])
    return cells[kept], merged


def _sets(mesh: meshio.Mesh, index: int) -> dict[str, Mask]:
    """Return the named sets of the block `index` as masks."""
    members = {}
    for name, blocks in mesh.cell_sets.items():
        if name in NO_GROUPS or blocks[index] is None:
            continue
        mask = np.zeros(len(mesh.cells[index].data), dtype=np.bool_)
        mask[np.asarray(blocks[index], dtype=np.int64)] = True
        members[name] = mask
    return members


def _numbered(mesh: meshio.Mesh, index: int, dim: int) -> dict[str, Mask]:
    """Return the numbered groups of the block `index` as masks, under all their names."""
    array = _number_array(mesh)
    if array is None:
        return {}
    numbers = np.asarray(mesh.cell_data[array][index])
    return {
        name: numbers == number
        for number in np.unique(numbers)
        for name in _names_of(mesh, int(number), dim)
    }


def _number_array(mesh: meshio.Mesh) -> str | None:
    """Return the name of the cell data that number the groups."""
    integers = [
        name
        for name, blocks in mesh.cell_data.items()
        if name not in NO_GROUPS and all(_are_integers(np.asarray(block)) for block in blocks)
    ]
    known = [name for name in NUMBER_ARRAYS if name in integers]
    return known[0] if known else integers[0] if len(integers) == 1 else None


def _are_integers(block: npt.NDArray[Any]) -> bool:
    """Whether a block of cell data has one integer per cell."""
    return np.issubdtype(block.dtype, np.integer) and block.ndim == 1


def _names_of(mesh: meshio.Mesh, number: int, dim: int) -> Sequence[str]:
    """Return the names of group `number`: the number itself where the file has none."""
    cell_tags: Mapping[int, Sequence[str]] = getattr(mesh, "cell_tags", {})
    if number in cell_tags:
        return cell_tags[number]
    physical = [
        name
        for name, (tag, of_dim) in mesh.field_data.items()
        if (int(tag), int(of_dim)) == (number, dim)
    ]
    return physical or [str(number)]
