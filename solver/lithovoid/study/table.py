"""Studies of the reduced model: worker processes that compile once and keep only the results."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from lithovoid.machine.errors import ConfigurationError, NumericalError
from lithovoid.machine.python import safe_children
from lithovoid.study.directory import FAILED, FINISHED, Outcome, StudyDirectory
from lithovoid.study.execute import Report
from lithovoid.study.expand import Case

# ruff: noqa: PLC0415 - workers import the solver, the process that directs them does not

_CHUNK = 16
"""Runs handed to a worker at a time."""
_SAVE_EVERY_S = 10.0

_simulation: Any = None  # of this worker process, reused from run to run


def execute_table(directory: StudyDirectory, slots: int, retry: bool, report: Report) -> bool:
    """Do the open runs in `slots` worker processes; returns False if the study was interrupted."""
    cases = directory.open_cases(retry)
    chunks = [cases[start : start + _CHUNK] for start in range(0, len(cases), _CHUNK)]
    by_name = {case.name: case for case in cases}
    saved = time.monotonic()
    try:
        for name, outcome in _outcomes(chunks, min(slots, max(len(chunks), 1))):
            directory.outcomes[name] = outcome
            report(by_name[name], outcome)
            if time.monotonic() - saved > _SAVE_EVERY_S:
                directory.write_tables()
                saved = time.monotonic()
    except KeyboardInterrupt:
        return False
    finally:
        directory.write_tables()
    return True


def _outcomes(chunks: list[list[Case]], slots: int) -> Iterator[tuple[str, Outcome]]:
    # spawned, not forked: MPI must not be initialised before a fork
    with safe_children(), ProcessPoolExecutor(slots, get_context("spawn")) as pool:
        futures = {pool.submit(run_chunk, chunk): chunk for chunk in chunks}
        try:
            for future in as_completed(futures):
                try:
                    yield from future.result()
                except BrokenProcessPool as error:
                    yield from ((c.name, Outcome(FAILED, str(error))) for c in futures[future])
        finally:
            pool.shutdown(cancel_futures=True)


def run_chunk(cases: list[Case]) -> list[tuple[str, Outcome]]:
    """Do `cases` one after the other in this process."""
    return [(case.name, run_case(case)) for case in cases]


def run_case(case: Case) -> Outcome:
    """Do one run without a run directory; failures are outcomes, too."""
    from lithovoid.machine.bootstrap import start

    start()
    from lithovoid.run.summary import RunTotals, summarise

    started = time.perf_counter()
    try:
        simulation = _simulation_of(case)
        totals = RunTotals(simulation.results)
        for record in simulation:
            totals.add(record)
    except (ConfigurationError, NumericalError) as error:
        return Outcome(FAILED, str(error), time.perf_counter() - started)
    wall_time = time.perf_counter() - started
    return Outcome(FINISHED, simulation.stop_reason, wall_time, summarise(simulation, totals))


def _simulation_of(case: Case) -> Any:
    """Return this process's simulation, set back to the start of `case`."""
    global _simulation  # noqa: PLW0603 - one per worker process, that is its point
    from mpi4py import MPI

    from lithovoid.meshes import build_mesh
    from lithovoid.run.simulation import Simulation

    scenario = case.scenario()
    mesh = build_mesh(scenario)
    if _simulation is not None and _simulation.can_reset(scenario, mesh):
        _simulation.reset(scenario, mesh)
    else:
        _simulation = Simulation(scenario, mesh, comm=MPI.COMM_SELF)
    return _simulation
