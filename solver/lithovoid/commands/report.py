"""What `lithovoid report` does, and `lithovoid run --report` at its end."""

import subprocess
import sys
from pathlib import Path

from rich.console import Console

from lithovoid.machine.console import RunConsole
from lithovoid.machine.errors import ConfigurationError
from lithovoid.machine.python import python

# ruff: noqa: PLC0415 - the libraries for pictures take seconds


def report(directory: Path, console: Console) -> None:
    """Write the report of a run, or of a study, into its `directory` and say where it is.

    Raises ConfigurationError if it is no such directory or cannot be written to.
    """
    from lithovoid.postprocess.study import is_study

    if is_study(directory):
        from lithovoid.postprocess.study_report import write_study_report as write
    else:
        from lithovoid.postprocess.report import write_report as write
    try:
        page = write(directory)
    except OSError as error:
        raise ConfigurationError(
            f"the report of {directory} cannot be written: {error.filename}: {error.strerror}"
        ) from None
    console.print(f"report: {page}", highlight=False, soft_wrap=True, markup=False)


def report_of_run(directory: Path) -> None:
    """Write the report of a run that has ended, and say in one line where that fails.

    In a process of its own: whatever happens to it, and graphics may crash, the run ends as it did.
    """
    try:
        ended = subprocess.run(
            python("-m", "lithovoid", "report", str(directory)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except KeyboardInterrupt:
        reason = "interrupted"
    except OSError as error:
        reason = str(error)
    else:
        if ended.returncode == 0:
            RunConsole().print(ended.stdout, end="", highlight=False, soft_wrap=True, markup=False)
            return
        reason = _last_words(ended.stderr) or f"it ended with exit code {ended.returncode}"
    again = f"lithovoid report '{directory}'"
    print(f"the report failed ({reason}); once more: {again}", file=sys.stderr)


def _last_words(said: str) -> str:
    """Return the last line of `said`: of a traceback, the error itself."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1].removeprefix("error: ") if lines else ""
