"""Read a mesh file into a mesh of meshio, whose named sets and numbers `Groups` understands.

Gmsh reads its own format 4, with partitions, parametric nodes and groups that overlap. There groups
belong to parts of the geometry; in format 2 they belong to cells, which Gmsh would not keep, so
that meshio reads it, like all formats of others.
"""

import contextlib
import io
from pathlib import Path

import gmsh
import meshio
import numpy as np
from meshio.gmsh import gmsh_to_meshio_type

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.gmsh_session import session

HEADER = b"$MeshFormat"
"""How files of Gmsh's format begin; Gmsh takes all else for a script, and runs it."""


def load(path: Path) -> meshio.Mesh:
    """Return the mesh of the file `path`.

    Raises ConfigurationError, with what is allowed, if the file cannot be read.
    """
    if not path.is_file():
        raise ConfigurationError("no such file")
    try:
        # meshio prints its complaints and may end the whole program
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return _of_gmsh(path) if _is_format_4(path) else meshio.read(path)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"this format needs the Python package {error.name}") from None
    except (Exception, SystemExit) as error:
        reason = str(error) if isinstance(error, meshio.ReadError) else type(error).__name__
        raise ConfigurationError(
            f"cannot be read ({reason}); allowed are .msh (Gmsh 2.2, 4.0 or 4.1) and other formats "
            "of meshio that keep names or numbers of groups"
        ) from None


def _is_format_4(path: Path) -> bool:
    with path.open("rb") as file:
        lines = file.read(100).splitlines()
    return path.suffix == ".msh" and lines[:1] == [HEADER] and lines[1].strip().startswith(b"4")


def _of_gmsh(path: Path) -> meshio.Mesh:
    """Read with Gmsh: a block of cells per entity and type, a set of cells per physical group."""
    with session():
        try:
            gmsh.merge(str(path))
        except Exception as error:  # Gmsh has no other kind
            raise meshio.ReadError(str(error)) from None
        numbers, coordinates, _ = gmsh.model.mesh.getNodes()
        order = np.argsort(numbers)
        points = coordinates.reshape(-1, 3)[order]
        cells, members = [], []
        for dim, entity in gmsh.model.getEntities():
            names = _groups_of(dim, entity)
            kinds, _, nodes = gmsh.model.mesh.getElements(dim, entity)
            for kind, of_kind in zip(kinds, nodes, strict=True):
                corners = gmsh.model.mesh.getElementProperties(kind)[3]
                rows = np.searchsorted(numbers[order], of_kind).reshape(-1, corners)
                cells.append((gmsh_to_meshio_type[int(kind)], rows))
                members.append(names)
    sets = {
        name: [np.arange(len(rows) if name in names else 0) for (_, rows), names in
               zip(cells, members, strict=True)]
        for name in set().union(*members)
    }
    return meshio.Mesh(points, cells, cell_sets=sets)


def _groups_of(dim: int, entity: int) -> set[str]:
    """Return the names of the physical groups of an entity; the number where there is none."""
    tags = gmsh.model.getPhysicalGroupsForEntity(dim, entity)
    return {gmsh.model.getPhysicalName(dim, tag) or str(tag) for tag in tags}
