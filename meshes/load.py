"""Read a mesh file into a mesh of meshio, whose named sets and numbers `Groups` understands.

Gmsh reads its own format 4, with partitions, parametric nodes and groups that overlap. There groups
belong to parts of the geometry; in format 2 they belong to cells, which Gmsh would not keep, so
that meshio reads it, like all formats of others.
"""

import contextlib
import io
from pathlib import Path

import meshio
import numpy as np
from meshio.gmsh import gmsh_to_meshio_type
from numpy.typing import ArrayLike

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.gmsh_file import Block, BrokenFileError, read_apart, read_model
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
            return _as_meshio(*read_apart(path)) if _is_format_4(path) else meshio.read(path)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"this format needs the Python package {error.name}") from None
    except (Exception, SystemExit) as error:
        reason = str(error) if isinstance(error, meshio.ReadError | BrokenFileError) else ""
        raise ConfigurationError(
            f"cannot be read ({reason or type(error).__name__}); allowed are .msh (Gmsh 2.2, 4.0 "
            "or 4.1) and other formats of meshio that keep names or numbers of groups"
        ) from None


def load_own(path: Path) -> meshio.Mesh:
    """Return the mesh of `path`, which Gmsh has just written here."""
    with session():
        return _as_meshio(*read_model(path))


def _is_format_4(path: Path) -> bool:
    with path.open("rb") as file:
        first, _, rest = file.read(100).partition(b"\n")
    is_gmsh = path.suffix.lower() == ".msh" and first.strip() == HEADER
    return is_gmsh and rest.lstrip().startswith(b"4")


def _as_meshio(points: np.ndarray, blocks: list[Block]) -> meshio.Mesh:
    cells: list[tuple[str, ArrayLike] | meshio.CellBlock] = [
        (gmsh_to_meshio_type[kind], rows) for kind, rows, _ in blocks
    ]
    sets: dict[str, list[ArrayLike]] = {
        name: [np.arange(len(rows) if name in names else 0) for _, rows, names in blocks]
        for name in {name for _, _, names in blocks for name in names}
    }
    return meshio.Mesh(points, cells, cell_sets=sets)
