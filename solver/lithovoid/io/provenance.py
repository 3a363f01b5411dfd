"""With what a run was made: versions, options and settings that act on its results."""

import os
import platform
import shlex
import sys
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lithovoid._version import __version__
from lithovoid.machine.bootstrap import jit_options

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

VARIABLES = ("CC", "CFLAGS", "LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH", "XDG_CONFIG_HOME")
"""Variables of the environment that act on what is compiled, or on which libraries are used."""

FAMILIES = (
    *("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "GOTO_", "BLIS_", "VECLIB_"),
    *("PETSC_", "MPICH_", "MPIR_CVAR_", "OMPI_MCA_", "I_MPI_", "FI_", "UCX_"),
)
"""Beginnings of those of threads, linear algebra, PETSc and MPI."""

_NO_EFFECT = {"cache_dir", "timeout", "verbosity", "cffi_verbose"}
"""Options of the form compiler that act on no result."""


def installed_versions() -> dict[str, str]:
    """Versions by name, read from package metadata: nothing is imported."""
    found = {"lithovoid": __version__, "python": platform.python_version()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # conda and containers ship some of them without metadata
            continue
    return found


def settings(ranks: int) -> dict[str, Any]:
    """Return all that acts on results besides the scenario, ready for JSON.

    PETSc's options are those of its command line (after ``--``), of PETSC_OPTIONS and of .petscrc;
    those of the form compiler are in force, from the code and from files of users. The libraries of
    the solver must have been started.
    """
    return {
        "began": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "command": shlex.join(sys.argv),
        "folder": str(Path.cwd()),
        "host": platform.node(),
        "ranks": ranks,
        "versions": installed_versions() | _library_versions(),
        "petsc_options": _petsc_options(),
        "form_compiler": _form_compiler(),
        "environment": of_environment(os.environ),
    }


def of_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of `variables` that act on results, sorted by name."""
    found = (name for name in variables if name in VARIABLES or name.startswith(FAMILIES))
    return {name: variables[name] for name in sorted(found)}


def _library_versions() -> dict[str, str]:
    from dolfinx import __version__ as dolfinx  # noqa: PLC0415 - bootstrap imports DOLFINx first
    from mpi4py import MPI  # noqa: PLC0415
    from petsc4py import PETSc  # noqa: PLC0415

    mpi = " ".join(MPI.Get_library_version().splitlines()[0].strip("\0").split())
    petsc = ".".join(map(str, PETSc.Sys.getVersion()))
    return {"dolfinx": dolfinx, "petsc": petsc, "mpi": mpi}


def _petsc_options() -> dict[str, str]:
    from petsc4py import PETSc  # noqa: PLC0415 - bootstrap imports it first

    options: Mapping[str, str | None] = PETSc.Options().getAll()
    return {name: options[name] or "" for name in sorted(options)}


def _form_compiler() -> dict[str, Any]:
    from dolfinx.jit import get_options as of_dolfinx  # noqa: PLC0415
    from ffcx.options import get_options as of_ffcx  # noqa: PLC0415

    options: dict[str, Any] = {**of_dolfinx(jit_options()), **of_ffcx()}
    plain = (str, int, float, list, type(None))
    return {
        name: value if isinstance(value, plain) else str(value)
        for name, value in options.items()
        if name not in _NO_EFFECT
    }
