"""``lithovoid info --selftest``: does everything a run needs work on this machine?

Started like a run, on as many processes and hosts. Each check is small; one that hangs is named and
ended by a watchdog, so that a hang on a cluster does not look like a long job.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lithovoid.machine.bootstrap import start
from lithovoid.machine.environment import require_shared_memory
from lithovoid.machine.errors import ExitCode
from lithovoid.machine.python import python
from lithovoid.machine.watchdog import Watchdog

if TYPE_CHECKING:
    from mpi4py import MPI

    type Check = Callable[[MPI.Comm], str]

# ruff: noqa: PLC0415 - the libraries are what is tested: each is imported inside its check

PATIENCE_S = 60.0
"""Time a check may take before it counts as a hang. All together take a few seconds; under five
times as many programs as processors, drawing alone took more than 30 s."""

RENDER = (
    "import lithovoid.postprocess, pyvista as p; q = p.Plotter(off_screen=True); "
    "q.add_mesh(p.Sphere()); q.screenshot"
)
ADVICE = (
    "between hosts without InfiniBand set MPIR_CVAR_CH4_NETMOD=ofi, in a container "
    "MPIR_CVAR_CH4_CMA_ENABLE=0"
)

TALKATIVE = frozenset({"messages", "DOLFINx, PETSc, MUMPS"})
"""Checks that wait for other processes, and so for the network."""


def self_test() -> ExitCode:
    """Run all checks on all processes and print one line each; return 0, or 1 if one failed."""
    require_shared_memory()
    watchdog = Watchdog(PATIENCE_S)
    start()
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    failed = 0
    for name, check in CHECKS.items():
        failed += not _run(name, check, comm, watchdog)
    watchdog.stop()
    return ExitCode.CONFIGURATION if failed else ExitCode.FINISHED


def _run(name: str, check: "Check", comm: "MPI.Comm", watchdog: Watchdog) -> bool:
    """Do one check on all ranks and print its line; return whether all ranks passed it."""
    watchdog.feed(f"{name}; {ADVICE}" if comm.size > 1 and name in TALKATIVE else name)
    began, trouble, found = time.monotonic(), "", ""
    try:
        found = check(comm)
    except Exception as error:
        trouble = str(error).strip() or type(error).__name__
    troubles = [text for text in comm.allgather(trouble) if text]
    if comm.rank == 0:
        verdict = f"FAILED: {troubles[0]}" if troubles else f"ok    {found}"
        print(f"{time.monotonic() - began:5.1f} s  {name:<24} {verdict}", flush=True)
    return not troubles


def _processes(comm: "MPI.Comm") -> str:
    """Count the processes that MPI connects."""
    from mpi4py import MPI

    from lithovoid.machine.environment import oversubscription, separate_processes

    problem = separate_processes(comm.size, os.environ)
    if problem:
        raise RuntimeError(problem)
    hosts = set(comm.allgather(MPI.Get_processor_name()))
    crowd = oversubscription(comm)
    return f"{comm.size} on {', '.join(sorted(hosts))}{f'; {crowd}' if crowd else ''}"


def _form_compiler(comm: "MPI.Comm") -> str:
    """Look for what compiles the forms, and where they are kept."""
    from lithovoid.machine.form_compiler import cache_problem, compiler_problem, form_cache

    cache = form_cache()
    problem = cache_problem(cache)
    if problem:
        raise RuntimeError(problem)
    missing = compiler_problem()
    return f"{cache}" + (f", but only what is there: {missing}" if missing else "")


def _messages(comm: "MPI.Comm") -> str:
    """Send a large array around all processes: in one piece, by the paths that fail first."""
    import numpy as np

    sent, received = np.full(2**20, float(comm.rank)), np.empty(2**20)
    left, right = (comm.rank - 1) % comm.size, (comm.rank + 1) % comm.size
    comm.Sendrecv(sent, dest=right, recvbuf=received, source=left)
    if not np.all(received == left):
        raise RuntimeError("8 MB arrived changed")
    return "8 MB around all processes"


def _solver(comm: "MPI.Comm") -> str:
    """Compile and solve a small problem with a known solution."""
    import ufl
    from dolfinx import fem, mesh
    from dolfinx.fem.petsc import LinearProblem

    import numpy as np

    from lithovoid.machine.form_cache import private_cache

    domain = mesh.create_unit_square(comm, 48, 48)
    space = fem.functionspace(domain, ("Lagrange", 1))
    u, q, x = ufl.TrialFunction(space), ufl.TestFunction(space), ufl.SpatialCoordinate(domain)
    exact = ufl.cos(ufl.pi * x[0])
    a = (ufl.inner(ufl.grad(u), ufl.grad(q)) + u * q) * ufl.dx
    load = (1 + ufl.pi**2) * exact * q * ufl.dx
    mumps = {"ksp_type": "preonly", "pc_type": "lu", "pc_factor_mat_solver_type": "mumps"}
    with private_cache(comm):
        problem = LinearProblem(a, load, petsc_options_prefix="selftest_", petsc_options=mumps)
        error = fem.assemble_scalar(fem.form((problem.solve() - exact) ** 2 * ufl.dx))
    size = float(np.sqrt(comm.allreduce(float(np.real(error)))))
    if not size < 1e-3:
        raise RuntimeError(f"the error of a Poisson problem is {size:.1e}")
    return f"Poisson problem, error {size:.0e}"


def _mesher(comm: "MPI.Comm") -> str:
    """Make a small mesh."""
    import gmsh

    gmsh.initialize(["-nopopup"], interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.model.occ.addRectangle(0, 0, 0, 1, 1)
        gmsh.model.occ.synchronize()
        gmsh.model.mesh.generate(2)
    finally:
        gmsh.finalize()
    return ""


def _rendering(comm: "MPI.Comm") -> str:
    """Draw a picture as `lithovoid report` does, in a process of its own: VTK may crash."""
    if comm.rank != 0:
        return ""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "sphere.png"
        code = f"{RENDER}({str(picture)!r})"
        ended = subprocess.run(python("-c", code), capture_output=True, text=True, check=False)
        if ended.returncode != 0 or not picture.is_file():
            raise RuntimeError(
                "no picture can be drawn without a display; Debian, Ubuntu: apt-get install libegl1"
            )
    return ""


CHECKS = {
    "processes": _processes,
    "form compiler": _form_compiler,
    "messages": _messages,
    "DOLFINx, PETSc, MUMPS": _solver,
    "Gmsh": _mesher,
    "pictures": _rendering,
}
