"""With what a run was made: versions of the code and of the libraries that matter."""

import platform
from importlib.metadata import PackageNotFoundError, version

from lithovoid._version import __version__

DISTRIBUTIONS = (
    "dolfinx-solver-real",
    "fenics-dolfinx",
    "fenics-ffcx",
    "mpich",
    "mpi4py",
    "petsc4py",
    "gmsh",
    "meshio",
    "numpy",
    "scipy",
    "pint",
    "pydantic",
    "pyvista",
    "vtk",
)


def installed_versions() -> dict[str, str]:
    """Versions by name, read from package metadata: nothing is imported."""
    found = {"lithovoid": __version__, "python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # conda and containers ship some of them without metadata
            continue
    return found
