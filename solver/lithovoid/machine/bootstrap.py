"""The only place that orders imports: wheel shim, PETSc options, form-compiler cache.

Import DOLFINx, petsc4py and mpi4py through `start` before anything else does: PETSc reads its
command line once, when petsc4py is initialised, and the PyPI wheel must be imported first.
"""

import os
import signal
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from threading import current_thread, main_thread

JIT_TIMEOUT_S = 120
"""Seconds to wait for another process that compiles the same form (DOLFINx waits 10)."""

NETWORK = "ofi"
"""Network module of MPICH, for messages between hosts: over TCP its other one, ucx, lets PETSc wait
for ever. MPIR_CVAR_CH4_NETMOD in the environment has priority."""

COMPILER_FLAGS = [
    "-O3",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fassociative-math",
    "-freciprocal-math",
    "-fno-signed-zeros",
]
"""Let the compiler vectorise the loops over quadrature points: a quarter less time for the
Jacobian. Not -ffast-math, which breaks the test for NaN, nor -march=native, which breaks a form
cache shared between machines."""


def start(petsc_arguments: Sequence[str] = ()) -> None:
    """Make MPI, PETSc and DOLFINx importable in the right order.

    `petsc_arguments` are handed to PETSc untouched; they have no effect if petsc4py is already
    initialised. Threads are limited to one per rank unless the user asked for more.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("MPIR_CVAR_CH4_NETMOD", NETWORK)
    if find_spec("dolfinx_solver") is not None:  # PyPI wheel; absent in conda and containers
        import_module("dolfinx_solver")
    import petsc4py  # noqa: PLC0415 - the order of imports is the purpose of this module

    petsc4py.init(["lithovoid", *petsc_arguments])
    if current_thread() is main_thread():
        # PETSc would abort when the reader of the output goes away (a closed terminal, `| head`)
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def jit_options() -> dict[str, object]:
    """Options for the form compiler: `COMPILER_FLAGS`, and patience with other processes."""
    return {"timeout": JIT_TIMEOUT_S, "cffi_extra_compile_args": COMPILER_FLAGS}
