"""Run the open runs of a study on this machine, several at a time."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from lithovoid.machine.errors import ExitCode
from lithovoid.machine.python import python
from lithovoid.study.directory import FAILED, FINISHED, PENDING, UNFINISHED, Outcome, StudyDirectory
from lithovoid.study.expand import Case

Report = Callable[[Case, Outcome], None]

_SAVE_EVERY_S = 2.0


def default_slots(ranks: int) -> int:
    """Number of runs at a time that this machine has cores for."""
    return max((os.cpu_count() or 1) // ranks, 1)


def execute(directory: StudyDirectory, slots: int, retry: bool, report: Report) -> bool:
    """Do the open runs, `slots` at a time; `report` hears of each that ends.

    A run that was interrupted goes on from its checkpoint. One that fails is recorded with its
    reason and stops nothing. Returns False if the study was interrupted; the runs that were going
    on then have stopped in good order.
    """
    launcher = Launcher(directory)
    cases = directory.open_cases(retry)
    for case in cases:
        if directory.outcomes[case.name].state != UNFINISHED:
            directory.clear(case)
    with ThreadPoolExecutor(slots) as pool, _stopping(launcher.stop):
        futures = {pool.submit(launcher.run, case): case for case in cases}
        for future in _as_they_end(set(futures), directory):
            case = futures[future]
            outcome = future.result()
            directory.outcomes[case.name] = outcome
            if outcome.state != PENDING:  # it was not started before the study was stopped
                report(case, outcome)
    directory.write_tables()
    return not launcher.stopped


class Launcher:
    """Starts runs as processes of their own, and can stop them."""

    def __init__(self, directory: StudyDirectory) -> None:
        self._directory = directory
        self._lock = threading.RLock()  # a second signal may arrive within `stop`
        self._processes: set[subprocess.Popen[bytes]] = set()
        self.stopped = False

    def run(self, case: Case) -> Outcome:
        """Do one run and return how it ended; nothing is started after `stop`."""
        log = self._directory.log_file(case)
        with log.open("wb") as output:
            with self._lock:
                if self.stopped:
                    return Outcome()
                process = subprocess.Popen(
                    self._command(case),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, "OMP_NUM_THREADS": "1"},
                    start_new_session=True,  # the terminal's Ctrl-C reaches the study alone
                )
                self._processes.add(process)
            code = process.wait()
        with self._lock:
            self._processes.discard(process)
        return self._outcome(case, code, log)

    def stop(self) -> None:
        """Ask all runs to stop after their present step."""
        with self._lock:
            self.stopped = True
            for process in self._processes:
                process.send_signal(signal.SIGTERM)

    def _command(self, case: Case) -> list[str]:
        ranks = self._directory.study.ranks
        mpirun = shutil.which("mpirun", path=str(Path(sys.executable).parent)) or "mpirun"
        launcher = [mpirun, "-n", str(ranks)] if ranks > 1 else []
        case_file, target = self._directory.case_file(case), self._directory.run_directory(case)
        where = "--restart" if target.exists() else "--out"
        program = python("-m", "lithovoid", "run")
        return [*launcher, *program, str(case_file), where, str(target)]

    def _outcome(self, case: Case, code: int, log: Path) -> Outcome:
        outcome = self._directory.read_run(case)
        if code in (ExitCode.FINISHED, ExitCode.INTERRUPTED) or outcome.state == FINISHED:
            return outcome  # MPI may abort while it ends, after all is written
        if self.stopped and code not in (ExitCode.CONFIGURATION, ExitCode.NUMERICAL):
            # a signal that came before the run could handle it; MPI turns it into a code of its own
            return Outcome(UNFINISHED, f"ended by the interruption (exit code {code})")
        if code != ExitCode.NUMERICAL:  # then run.json tells the reason
            outcome.reason = _last_words(log) or f"ended with exit code {code}"
        outcome.state = FAILED
        return outcome


def _as_they_end(
    futures: set[Future[Outcome]], directory: StudyDirectory
) -> Iterator[Future[Outcome]]:
    """Yield the futures as they are done; the tables are written now and then."""
    saved = 0.0
    while futures:
        done, futures = wait(futures, timeout=0.5, return_when=FIRST_COMPLETED)
        yield from done
        if done and time.monotonic() - saved > _SAVE_EVERY_S:
            directory.write_tables()
            saved = time.monotonic()


def _last_words(log: Path) -> str:
    """Return the message with which a run ended."""
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines()]
    errors = [line for line in lines if line.startswith("error: ")]
    ends = errors[-1:] or [line for line in lines if line][-1:]
    return ends[0].removeprefix("error: ") if ends else ""


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at Ctrl-C and SIGTERM instead of ending at once."""

    def handler(number: int, frame: FrameType | None) -> None:
        stop()

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handler) for number in signals]
    try:
        yield
    finally:
        for number, old in zip(signals, before, strict=True):
            signal.signal(number, old)
