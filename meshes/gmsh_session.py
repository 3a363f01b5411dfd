"""Gmsh without side effects: quiet, repeatable, and friendly to a caller that uses it as well."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import gmsh

OPTIONS: dict[str, float] = {
    "General.Terminal": 0,
    "General.NumThreads": 1,  # meshes must not depend on the number of cores
    "Mesh.RandomSeed": 1,
    "Mesh.Algorithm": 6,  # frontal-Delaunay: the best triangles for a given size field
    "Mesh.ElementOrder": 1,
    "Mesh.RecombineAll": 0,
    "Mesh.SaveAll": 0,
    "Mesh.Binary": 1,
    "Mesh.MshFileVersion": 4.1,
    "Mesh.MeshSizeFactor": 1,
    "Mesh.MeshSizeMin": 0,
    "Mesh.MeshSizeMax": 1e22,
    "Mesh.MeshSizeFromPoints": 0,  # the size field alone decides
    "Mesh.MeshSizeFromCurvature": 0,
    "Mesh.MeshSizeExtendFromBoundary": 0,
}

TAKEN = (signal.SIGHUP, signal.SIGPIPE, signal.SIGTERM)
"""Signals that Gmsh sets to their default, which ends the process."""

_numbers = count()


@contextmanager
def session() -> Iterator[None]:
    """Provide a fresh, current Gmsh model with `OPTIONS` set, and leave no trace of it.

    Gmsh is finalized at the end unless it was already in use; then the model is removed and the
    options, as well as the current model, are put back.
    """
    in_use = gmsh.isInitialized()
    if not in_use:
        _initialize()
    current = gmsh.model.getCurrent()
    previous = {name: gmsh.option.getNumber(name) for name in OPTIONS}
    try:
        for name, value in OPTIONS.items():
            gmsh.option.setNumber(name, value)
        gmsh.model.add(f"lithovoid-{next(_numbers)}")
        yield
        gmsh.model.remove()
    finally:
        if in_use:
            for name, value in previous.items():
                gmsh.option.setNumber(name, value)
            gmsh.model.setCurrent(current)
        else:
            gmsh.finalize()


def _initialize() -> None:
    """Initialize Gmsh, which takes the handlers of `TAKEN` away, and put them back."""
    gmsh.initialize(readConfigFiles=False, interruptible=False)
    if threading.current_thread() is not threading.main_thread():
        return
    for number in TAKEN:
        handler = signal.getsignal(number)
        if handler is not None:
            signal.signal(number, handler)
