"""Read a mesh file with Gmsh: a block of cells per entity and type, with the names of its groups.

Run as a program, it reads one file and writes its arrays to another: Gmsh ends its process on some
damaged files. It imports nothing of the package, so that it starts at once.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import gmsh
import numpy as np

Block = tuple[int, Any, list[str]]
"""Gmsh's number of the type of cells, their node numbers (m, corners), names of their groups."""


class BrokenFileError(Exception):
    """Gmsh cannot read a file; says why."""


def read_model(path: Path) -> tuple[Any, list[Block]]:
    """Read `path` into the current model of Gmsh; return its points (n, 3) and its blocks.

    Groups without a name have their number. Raises Exception, as Gmsh does.
    """
    gmsh.merge(str(path))
    numbers, coordinates, _ = gmsh.model.mesh.getNodes()
    order = np.argsort(numbers)
    blocks = []
    for dim, entity in gmsh.model.getEntities():
        groups = gmsh.model.getPhysicalGroupsForEntity(dim, entity)
        names = [gmsh.model.getPhysicalName(dim, group) or str(group) for group in groups]
        kinds, _, nodes = gmsh.model.mesh.getElements(dim, entity)
        for kind, of_kind in zip(kinds, nodes, strict=True):
            corners = gmsh.model.mesh.getElementProperties(kind)[3]
            rows = np.searchsorted(numbers[order], of_kind).reshape(-1, corners)
            blocks.append((int(kind), rows.astype(np.int64), names))
    return coordinates.reshape(-1, 3)[order], blocks


def read_apart(path: Path) -> tuple[Any, list[Block]]:
    """Return `read_model` of `path`, done by another process.

    Raises BrokenFileError with what Gmsh says, or that it broke off.
    """
    from lithovoid.machine.python import python  # noqa: PLC0415 - not in the process it starts

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "mesh.npz")
        program = python(__file__, str(path), str(out))
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise BrokenFileError(said[-1] if said and done.returncode > 0 else "Gmsh broke off")
        with np.load(out) as arrays:
            names = json.loads(str(arrays["names"]))
            blocks = [
                (int(kind), arrays[f"rows{number}"], names[number])
                for number, kind in enumerate(arrays["kinds"])
            ]
            return arrays["points"], blocks


def main() -> None:
    """Read the file of the first argument and write the second, or say why not."""
    gmsh.initialize(readConfigFiles=False, interruptible=False)
    gmsh.option.setNumber("General.Terminal", 0)
    try:
        points, blocks = read_model(Path(sys.argv[1]))
    except Exception as error:  # Gmsh has no other kind
        sys.exit(str(error) or type(error).__name__)
    kinds, rows, names = zip(*blocks, strict=True) if blocks else ((), (), ())
    arrays = {f"rows{number}": array for number, array in enumerate(rows)}
    text = np.array(json.dumps(names))
    np.savez(sys.argv[2], points=points, kinds=np.array(kinds, dtype=int), names=text, **arrays)


if __name__ == "__main__":
    main()
