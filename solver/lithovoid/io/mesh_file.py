"""The mesh of a run in its directory: a continued run does not depend on Gmsh or a foreign file."""

import hashlib
from dataclasses import asdict
from pathlib import Path

from lithovoid.io.checkpoints import pack, unpack
from lithovoid.io.directory import write_atomically
from lithovoid.meshes import MeshData


def mesh_hash(mesh: MeshData) -> str:
    """Return the SHA-256 of points, cells, facets and tags, as hexadecimal text."""
    digest = hashlib.sha256()
    for name, array in sorted(asdict(mesh).items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def write_mesh_file(directory: Path, mesh: MeshData) -> None:
    """Keep `mesh` in ``checkpoints/mesh.h5`` of the run `directory`. Raises OSError."""
    path = _path(directory)
    path.parent.mkdir(exist_ok=True)
    write_atomically(path, pack(asdict(mesh)), durable=True)


def read_mesh_file(directory: Path, remarks: list[str]) -> MeshData | None:
    """Return the mesh that was kept, or None where there is none; if damaged, with a remark."""
    try:
        return MeshData(**unpack(_path(directory).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, TypeError) as error:
        remarks.append(f"{_path(directory)} cannot be read ({error}): the mesh is built again")
        return None


def _path(directory: Path) -> Path:
    return directory / "checkpoints" / "mesh.h5"
