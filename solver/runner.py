"""From a scenario file to a run directory: what `lithovoid run` does."""

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mpi4py import MPI

from rich.console import Console
from rich.logging import RichHandler

from lithovoid.errors import ConfigurationError, ExitCode, NumericalError
from lithovoid.hooks.base import Hook
from lithovoid.hooks.fields import Fields
from lithovoid.hooks.progress import ProgressLine
from lithovoid.hooks.series import NucleiFile, Series
from lithovoid.interrupt import listening
from lithovoid.io.directory import choose_directory, create_directory, write_atomically, write_json
from lithovoid.io.provenance import installed_versions
from lithovoid.io.summary import RunTotals, events, summarise, summary_table
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.physics.nucleation_theory import load_rate_law
from lithovoid.scenario.load import dump_toml, load_scenario, physics_hash
from lithovoid.scenario.schema import Scenario
from lithovoid.simulation import Simulation

log = logging.getLogger("lithovoid")

DEFECT = 70
"""Exit code where the program itself is at fault (EX_SOFTWARE of sysexits)."""


def run(case: Path, out: Path | None, overrides: Sequence[str]) -> tuple[ExitCode, Path]:
    """Run the scenario file `case` into a new directory; return exit code and directory.

    Collective over MPI.COMM_WORLD. Raises ConfigurationError, on all ranks and before anything is
    written, where the input cannot be used.
    """
    with _all_ranks_end_together(MPI.COMM_WORLD):
        return _run(MPI.COMM_WORLD, case, out, overrides)


def _run(
    comm: MPI.Comm, case: Path, out: Path | None, overrides: Sequence[str]
) -> tuple[ExitCode, Path]:
    started = time.perf_counter()
    scenario, directory, mesh = _on_root(comm, lambda: _prepare(case, out, overrides))
    console = Console(stderr=False)
    _log_to(directory, console, comm.rank)
    log.info("run directory: %s", directory)
    fields = Fields(directory / "fields", scenario.output)
    hooks: list[Hook] = [Series(directory), NucleiFile(directory)]
    hooks += [fields] if scenario.output.fields != "none" else []
    hooks += [ProgressLine(console)]
    report = _Report(scenario, directory, comm, fields)
    report.write("running")
    simulation = Simulation(scenario, mesh, hooks, comm)
    code, words = _drive(simulation, report)
    report.finish(simulation, code, words, time.perf_counter() - started)
    if comm.rank == 0 and report.summary:
        console.print(summary_table(report.summary, words, report.wall_time))
        log.info("results in %s", directory)
    return code, directory


def _prepare(
    case: Path, out: Path | None, overrides: Sequence[str]
) -> tuple[Scenario, Path, MeshData]:
    """Everything that can go wrong before the run directory exists (rank 0)."""
    scenario = load_scenario(case, overrides)
    load_rate_law(scenario.nucleation.rate_law)
    directory = choose_directory(out, case)
    mesh = build_mesh(scenario)
    create_directory(directory)
    write_atomically(directory / "scenario.toml", dump_toml(scenario))
    return scenario, directory, mesh


def _on_root(
    comm: MPI.Comm, work: Callable[[], tuple[Scenario, Path, MeshData]]
) -> tuple[Scenario, Path, MeshData | None]:
    """Do `work` on rank 0, tell all ranks its result, or raise its error on all of them."""
    mesh, shared, error = None, None, None
    if comm.rank == 0:
        try:
            scenario, directory, mesh = work()
            shared = scenario, directory
        except ConfigurationError as problem:
            error = problem
    shared, error = comm.bcast((shared, error), root=0)
    if error is not None:
        raise error
    return *shared, mesh


def _drive(simulation: Simulation, report: "_Report") -> tuple[ExitCode, str]:
    """Step to the end, to a signal, or to a numerical stop; files are closed in any case."""
    comm = simulation.domain.comm
    try:
        with listening(comm) as interrupt:
            for record in simulation:
                report.totals.add(record)
                signal = interrupt.requested()
                if signal is not None and not simulation.protocol.finished:
                    return ExitCode.INTERRUPTED, f"interrupted by {signal}"
        return ExitCode.FINISHED, simulation.stop_reason
    except NumericalError as error:
        log.error("stopped: %s", error)
        return ExitCode.NUMERICAL, str(error)
    finally:
        for hook in simulation.hooks:
            hook.on_finish(simulation)


@contextmanager
def _all_ranks_end_together(comm: MPI.Comm) -> Iterator[None]:
    """Abort all ranks when one meets a defect: the others would wait for it for ever."""
    try:
        yield
    except ConfigurationError:  # raised on all ranks
        raise
    except Exception:
        if comm.size > 1:
            traceback.print_exc()
            comm.Abort(DEFECT)
        raise


class _Report:
    """``run.json``: rewritten at the beginning and at the end of a run, by rank 0."""

    def __init__(self, scenario: Scenario, directory: Path, comm: MPI.Comm, fields: Fields) -> None:
        self._path, self._comm, self._fields = directory / "run.json", comm, fields
        self._about = {
            "title": scenario.title,
            "ranks": comm.size,
            "seed": scenario.nucleation.seed,
            "physics_hash": physics_hash(scenario),
            "versions": installed_versions(),
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        self.totals = RunTotals()
        self.summary: dict[str, Any] = {}
        self.wall_time = 0.0

    def write(self, status: str, **more: Any) -> None:
        if self._comm.rank == 0:
            write_json(self._path, {"status": status, **self._about, **more})

    def finish(self, simulation: Simulation, code: ExitCode, words: str, wall_time: float) -> None:
        status = {
            ExitCode.FINISHED: "finished",
            ExitCode.NUMERICAL: "stopped",
            ExitCode.INTERRUPTED: "interrupted",
        }[code]
        self.wall_time = wall_time
        self.summary = summarise(simulation, self.totals)
        self.write(
            status,
            stop_reason=words,
            exit_code=int(code),
            wall_time_s=wall_time,
            summary=self.summary,
            events=events(simulation),
            frames=self._fields.frames,
        )


def _log_to(directory: Path, console: Console, rank: int) -> None:
    """Log to the terminal and to ``log.txt`` on rank 0; other ranks are silent."""
    log.handlers.clear()
    log.propagate = False
    if rank != 0:
        log.addHandler(logging.NullHandler())
        return
    log.setLevel(logging.DEBUG)  # the file tells also why steps were rejected
    file = logging.FileHandler(directory / "log.txt", encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(file)
    terminal = RichHandler(logging.INFO, console, show_path=False, markup=False)
    log.addHandler(terminal)
