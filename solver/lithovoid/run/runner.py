"""From a scenario file to a run directory: what `lithovoid run` does."""

import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mpi4py import MPI
from petsc4py import PETSc

from rich.console import Console
from rich.logging import RichHandler

from lithovoid.case.limit import validity_lines, warnings_of
from lithovoid.equations.all_physics import PHYSICS
from lithovoid.equations.physics import Physics
from lithovoid.hooks.base import Hook
from lithovoid.hooks.checkpoint import Checkpoints
from lithovoid.hooks.fields import Fields
from lithovoid.hooks.guards import guards
from lithovoid.hooks.progress import ProgressLine
from lithovoid.hooks.series import NucleiFile, Series
from lithovoid.hooks.timing import Timing
from lithovoid.io.lock import release
from lithovoid.io.parallel import on_root
from lithovoid.io.provenance import settings
from lithovoid.io.run_json import RunJson
from lithovoid.machine.console import RunConsole
from lithovoid.machine.deadline import Deadline
from lithovoid.machine.errors import (
    CellOver,
    ConfigurationError,
    ExitCode,
    NumericalError,
    StorageError,
)
from lithovoid.machine.form_cache import private_cache
from lithovoid.machine.form_compiler import form_errors_explained
from lithovoid.machine.interrupt import Interrupt, listening
from lithovoid.measure.whole_run import Ending
from lithovoid.meshes import MeshData
from lithovoid.run.changes import began_at
from lithovoid.run.prepare import PreparedRun, prepare_new, prepare_restart
from lithovoid.run.simulation import Simulation
from lithovoid.run.summary import RunTotals, closing_tables, events, summarise
from lithovoid.solve.newton import follow_options
from lithovoid.voids.nuclei_limits import nuclei_limits

log = logging.getLogger("lithovoid")

GRACE_S = 0.5
"""Time for the launcher to pass on what a rank says: it drops the rest when ranks are aborted."""

DEFECT = 70
"""Exit code where the program itself is at fault (EX_SOFTWARE of sysexits)."""

Prepare = Callable[[], tuple[PreparedRun, MeshData]]


def run_scenario(
    case: str | Path | None,
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
    restart: str | Path | None = None,
    hooks: Sequence[Hook] = (),
    physics: Sequence[type[Physics]] = PHYSICS,
) -> tuple[ExitCode, Path]:
    """Run the scenario file `case` into a new directory, or continue the run in `restart`.

    With `hooks` and `physics` of your own, what `lithovoid run` does. Return exit code and
    directory. Collective over MPI.COMM_WORLD. Raises ConfigurationError, on all ranks and before
    anything is written, where the input cannot be used.
    """
    scenario, new, begun = (None if path is None else Path(path) for path in (case, out, restart))
    if begun is not None:
        if new is not None:
            raise ConfigurationError("--out: a restart continues in its own directory")
        return run_prepared(
            lambda: prepare_restart(scenario, begun, overrides, physics), hooks, physics
        )
    if scenario is None:
        raise ConfigurationError("give a scenario, or a run to continue with --restart")
    return run_prepared(lambda: prepare_new(scenario, new, overrides, physics), hooks, physics)


def run_prepared(
    prepare: Prepare, hooks: Sequence[Hook] = (), physics: Sequence[type[Physics]] = PHYSICS
) -> tuple[ExitCode, Path]:
    """Run what `prepare` returns; it is called on rank 0 only. Otherwise as `run_scenario`."""
    with _all_ranks_end_together(MPI.COMM_WORLD):
        return _run(MPI.COMM_WORLD, prepare, hooks, physics)


def _run(
    comm: MPI.Comm, prepare: Prepare, hooks: Sequence[Hook], physics: Sequence[type[Physics]]
) -> tuple[ExitCode, Path]:
    started = time.monotonic()
    follow_options(PETSc.SNES().create())  # says what is wrong before anything is written
    with listening(comm) as interrupt:
        plan, mesh = _on_root(comm, prepare)
        deadline = Deadline(comm, plan.scenario.checkpoint.wall_time_limit)
        try:
            session = _Session(comm, plan, hooks)
            with form_errors_explained(), private_cache(comm):
                simulation = Simulation(
                    plan.scenario, mesh, session.hooks, comm, plan.saved, physics
                )
        except StorageError as error:
            raise ConfigurationError(f"the run cannot begin: {error}") from None
        log.debug("ready after %.2f s", time.monotonic() - started)
        code, words = session.drive(simulation, interrupt, deadline)
    session.finish(simulation, code, words)
    simulation.close()
    release(plan.directory)
    return code, plan.directory


def _on_root(comm: MPI.Comm, prepare: Prepare) -> tuple[PreparedRun, MeshData | None]:
    """Prepare on rank 0, tell all ranks the plan, or raise its error on all of them."""
    mesh, plan, error = None, None, None
    if comm.rank == 0:
        try:
            plan, mesh = prepare()
        except ConfigurationError as problem:
            error = problem
    plan, error = comm.bcast((plan, error), root=0)
    if error is not None:
        raise error
    assert plan is not None
    return plan, mesh


class _Session:
    """One process's part of a run: hooks that write files, and what is said at the end."""

    def __init__(self, comm: MPI.Comm, plan: PreparedRun, hooks: Sequence[Hook]) -> None:
        self._plan, self._comm = plan, comm
        self._console = RunConsole()
        _log_to(plan.directory, self._console, comm.rank)
        self._say_where()
        scenario, directory = plan.scenario, plan.directory
        segment = began_at(plan.saved) | {"changes": list(plan.changes)} | settings(comm.size)
        about = plan.about | {"segments": [*plan.about["segments"], segment]}
        self._json = RunJson(comm, scenario, directory, plan.results, about["segments"])
        on_root(comm, directory, self._json.began)
        for warning in warnings_of(self._json.limits):
            log.warning("%s", warning)
        self._timing, self._totals = Timing(directory), RunTotals(plan.results)
        self._fields = Fields(directory / "fields", scenario.output)
        self._checkpoints = Checkpoints(directory / "checkpoints", scenario.checkpoint, about)
        self.hooks: list[Hook] = [*guards(), *hooks]
        self.hooks += [Series(directory, plan.results), NucleiFile(directory), self._timing]
        self.hooks += [self._fields] if scenario.output.fields != "none" else []
        self.hooks += [self._totals, self._checkpoints, ProgressLine(self._console)]

    def drive(
        self, simulation: Simulation, interrupt: Interrupt, deadline: Deadline
    ) -> tuple[ExitCode, str]:
        """Step to the end, or until the run must stop; save its state, close its files."""
        try:
            code, words = self._step(simulation, interrupt, deadline)
            if code is not ExitCode.FINISHED:
                self._checkpoints.save()
        except StorageError as error:
            code, words = ExitCode.INTERRUPTED, self._save_after(error)
        for hook in simulation.hooks:
            try:
                hook.on_finish(simulation)
            except StorageError as error:
                log.error("%s", error)
        return code, words

    def finish(self, simulation: Simulation, code: ExitCode, words: str) -> None:
        """Write ``run.json`` and the closing table."""
        summary = summarise(simulation, self._totals)
        ending = Ending(
            stop_reason=words,
            wall_time=self._timing.wall_time,
            checkpoint=self._checkpoints.seconds,
        )
        limits = self._json.limits + nuclei_limits(simulation.nucleation)
        self._json.ended(
            code,
            ending,
            limits,
            summary=summary,
            events=events(simulation),
            frames=self._fields.frames,
        )
        if self._comm.rank == 0:
            if summary:
                for table in closing_tables(summary, ending, self._plan.results):
                    self._console.print(table)
            for line in validity_lines(limits):
                self._console.print(line, markup=False, highlight=False, soft_wrap=True)
            if code is not ExitCode.FINISHED:
                log.info("continue with: lithovoid run --restart '%s'", self._plan.directory)
            log.info("results in %s", self._plan.directory)

    def _step(
        self, simulation: Simulation, interrupt: Interrupt, deadline: Deadline
    ) -> tuple[ExitCode, str]:
        try:
            while not simulation.protocol.finished:
                signal = interrupt.requested()
                if signal is not None:
                    return ExitCode.INTERRUPTED, f"interrupted by {signal}"
                if deadline.reached():
                    return ExitCode.INTERRUPTED, "the wall-time limit is near"
                simulation.step()
            return ExitCode.FINISHED, simulation.stop_reason
        except CellOver as end:
            self._checkpoints.save()
            return ExitCode.FINISHED, str(end)
        except NumericalError as error:
            log.error("stopped: %s", error)
            return ExitCode.NUMERICAL, str(error)

    def _save_after(self, error: StorageError) -> str:
        """Try to save the last whole step, and say from where the run can be continued."""
        log.error("stopped: %s", error)
        try:
            self._checkpoints.save()
        except StorageError:
            log.error("the last steps cannot be saved either")
        step = self._checkpoints.written
        saved = self._restart_step() if step is None else step
        return f"{error}; saved up to step {saved or 0}: make room, then continue with --restart"

    def _restart_step(self) -> int | None:
        if not self._plan.continued:
            return None
        return self._plan.saved.step if self._plan.saved else 0

    def _say_where(self) -> None:
        log.info("run directory: %s", self._plan.directory)
        if self._plan.mesh:
            log.info("%s", self._plan.mesh)
        for remark in self._plan.remarks:
            log.warning("%s", remark)
        if self._plan.saved is not None:
            log.info("continued from the checkpoint of step %d", self._plan.saved.step)
            for change in self._plan.changes:
                log.info(
                    "from here on: %s = %s, before %s", *map(change.get, ("key", "new", "old"))
                )
        elif self._plan.continued:
            log.warning("the run had no checkpoint yet: it begins again")


@contextmanager
def _all_ranks_end_together(comm: MPI.Comm) -> Iterator[None]:
    """Abort all ranks when one meets a defect: the others would wait for it for ever."""
    try:
        yield
    except ConfigurationError:  # raised on all ranks
        raise
    except Exception:
        if comm.size > 1:
            print(traceback.format_exc(), file=sys.stderr, end="", flush=True)
            time.sleep(GRACE_S)
            comm.Abort(DEFECT)
        raise


def _log_to(directory: Path, console: Console, rank: int) -> None:
    """Log to the terminal and to ``log.txt`` on rank 0; other ranks are silent."""
    log.handlers.clear()
    log.propagate = False
    logging.raiseExceptions = False  # a full disk must not fill the terminal with tracebacks
    if rank != 0:
        log.addHandler(logging.NullHandler())
        return
    log.setLevel(logging.DEBUG)  # the file tells also why steps were rejected
    file = logging.FileHandler(directory / "log.txt", encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(file)
    terminal = RichHandler(logging.INFO, console, show_path=False, markup=False)
    log.addHandler(terminal)
