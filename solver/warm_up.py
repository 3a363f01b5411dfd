"""Compile the forms of scenarios ahead of time: before many ranks or runs want them at once."""

from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from lithovoid.runner import run

AT_ONCE = "checkpoint.wall_time_limit=1 ms"


def compile_forms(cases: Sequence[Path], overrides: Sequence[str] = ()) -> None:
    """Begin a run of each scenario of `cases`, and end it before its first step.

    All forms of a run are compiled until then. Raises ConfigurationError where a scenario cannot be
    used, or no form be compiled.
    """
    for case in cases:
        with TemporaryDirectory() as folder, redirect_stdout(StringIO()):
            run(case, Path(folder) / "run", [*overrides, AT_ONCE])
