"""What `lithovoid study run` and `lithovoid study status` do."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.scenario.problems import problem
from lithovoid.study.directory import FAILED, Outcome, StudyDirectory, open_directory
from lithovoid.study.execute import default_slots, execute
from lithovoid.study.expand import Case, expand
from lithovoid.study.schema import load_study
from lithovoid.study.table import execute_table


def run_study(
    path: Path, out: Path | None, slots: int | None, retry: bool, console: Console
) -> ExitCode:
    """Do all runs of a study that are not done yet.

    `path` is a study file, or a study directory to go on with. Raises ConfigurationError before
    anything is written where the input cannot be used.
    """
    if slots is not None and slots < 1:
        raise ConfigurationError(problem("--slots", "too small", slots, "1 or more"))
    directory = _directory(path, out)
    study = directory.study
    slots = slots or default_slots(study.ranks)
    open_cases = directory.open_cases(retry)
    total = len(directory.cases)
    done = total - len(open_cases)
    console.print(
        f"study directory: {directory.path}; {total} runs, {done} done already, {slots} at a time",
        highlight=False,
        soft_wrap=True,
    )
    run = execute_table if study.keep == "table" else execute
    with _Progress(console, total, done, quiet=study.keep == "table") as progress:
        complete = run(directory, slots, retry, progress.report)
    print_status(directory, console)
    if not complete:
        console.print("interrupted; the same command goes on with the rest", highlight=False)
        return ExitCode.INTERRUPTED
    failed = any(outcome.state == FAILED for outcome in directory.outcomes.values())
    return ExitCode.NUMERICAL if failed else ExitCode.FINISHED


def study_status(path: Path, out: Path | None, console: Console) -> None:
    """Read how all runs stand, write the tables anew, and print them."""
    if not path.is_dir() and not _target(path, out).exists():
        raise ConfigurationError(f"{_target(path, out)}: no such study directory; run it first")
    directory = _directory(path, out)
    directory.write_tables()
    print_status(directory, console)


def print_status(directory: StudyDirectory, console: Console) -> None:
    """Print how many runs are in which state, and why runs failed."""
    counts = Counter(outcome.state for outcome in directory.outcomes.values())
    words = ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
    console.print(f"{len(directory.cases)} runs: {words}", highlight=False)
    failed = {n: o.reason for n, o in directory.outcomes.items() if o.state == FAILED}
    if failed:
        table = Table("run", "failed because", title="Failed runs", title_justify="left")
        for name, reason in list(failed.items())[:20]:
            table.add_row(name, reason)
        console.print(table)
    console.print(f"results: {directory.path / 'results.csv'}", highlight=False, soft_wrap=True)


def _directory(path: Path, out: Path | None) -> StudyDirectory:
    if path.is_dir():
        if out is not None:
            raise ConfigurationError(f"--out: {path} is a study directory already")
        study = open_directory(path)
        return StudyDirectory(path, study, expand(study))
    study = load_study(path)
    return StudyDirectory(_target(path, out), study, expand(study))


def _target(path: Path, out: Path | None) -> Path:
    return out or Path("studies") / path.stem


class _Progress:
    """A live bar in a terminal, else a line per run that ends (or per hundred, where `quiet`)."""

    def __init__(self, console: Console, total: int, done: int, *, quiet: bool) -> None:
        self._console, self._total, self._done, self._failed = console, total, done, 0
        self._every = 100 if quiet else 1
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("runs", total=total, completed=done)

    def __enter__(self) -> "_Progress":
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def report(self, case: Case, outcome: Outcome) -> None:
        """Show that the run of `case` ended."""
        self._done += 1
        self._failed += outcome.state == FAILED
        words = f"runs ({self._failed} failed)" if self._failed else "runs"
        self._bar.update(self._task, completed=self._done, description=words)
        if self._every == 1 or (not self._console.is_terminal and self._done % self._every == 0):
            took = "" if outcome.wall_time is None else f" in {outcome.wall_time:.1f} s"
            line = f"{self._done}/{self._total} {case.name}: {outcome.state}{took}"
            self._bar.console.print(f"{line} ({outcome.reason})", highlight=False, soft_wrap=True)
