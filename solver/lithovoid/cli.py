"""The `lithovoid` command.

Exit codes: 0 done, 1 input that cannot be used, 2 numerical stop, 3 interrupted. Commands import
what they need when they run, so that `--help`, `check` and `info` need no solver libraries.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from lithovoid._version import __version__
from lithovoid.machine.errors import ConfigurationError, ExitCode

# ruff: noqa: PLC0415 - each command imports its own machinery

app = App(
    name="lithovoid",
    help="When, where and why a lithium anode loses contact with its solid electrolyte.",
    version=__version__,
    help_format="plaintext",
    result_action="return_value",
    exit_on_error=False,
)

Case = Annotated[Path, Parameter(help="Scenario, a TOML file.")]
Overrides = Annotated[
    list[str],
    Parameter(
        name="--set",
        negative="",
        help="Replace a value of the scenario: key.in.dots=value. May be repeated.",
    ),
]


@app.command
def run(
    case: Annotated[
        Path | None, Parameter(help="Scenario, a TOML file; may be left out with --restart.")
    ] = None,
    /,
    *petsc_options: Annotated[str, Parameter(help="After --: options handed to PETSc.")],
    out: Annotated[
        Path | None, Parameter(help="Run directory to create; default: runs/CASE-n.")
    ] = None,
    restart: Annotated[
        Path | None, Parameter(help="Run directory to continue, from its last checkpoint.")
    ] = None,
    set_: Overrides = [],  # noqa: B006 - never changed
    report: Annotated[
        bool, Parameter(negative="", help="Write figures and report at the end.")
    ] = False,
) -> int:
    """Run a scenario, or continue a run; under mpirun, on all ranks together."""
    if case is not None and str(case).startswith("-"):  # what follows "--" without a scenario
        case, petsc_options = None, (str(case), *petsc_options)
    if petsc_options and not petsc_options[0].startswith("-"):
        raise ConfigurationError(f"unexpected argument '{petsc_options[0]}': give one scenario")
    from lithovoid.machine.bootstrap import start
    from lithovoid.machine.environment import check_environment, require_shared_memory

    require_shared_memory()
    start(petsc_options)
    from mpi4py import MPI

    from lithovoid.run.runner import run_scenario

    root = MPI.COMM_WORLD.rank == 0
    try:
        check_environment(MPI.COMM_WORLD)
        code, directory = run_scenario(case, out, set_, restart)
    except ConfigurationError:  # raised on all ranks, said by one
        if root:
            raise
        return ExitCode.CONFIGURATION
    if report and root:
        from lithovoid.commands.report import report_of_run

        report_of_run(directory)
    return code


@app.command
def check(case: Case, /, *, set_: Overrides = []) -> None:  # noqa: B006 - never changed
    """Check a scenario and print it in full, with derived quantities, resolution and warnings."""
    from lithovoid.commands.check import check as check_case

    check_case(case, set_, Console())


@app.command
def mesh(
    case: Case,
    /,
    *,
    out: Annotated[
        Path | None, Parameter(help="Mesh file to write (.msh); default: CASE.msh.")
    ] = None,
    set_: Overrides = [],  # noqa: B006 - never changed
) -> None:
    """Build the mesh of a scenario, write it for Gmsh, and print its quality."""
    from lithovoid.case.load import load_scenario
    from lithovoid.commands.info import print_mesh

    path = out or Path(f"{case.stem}.msh")
    if path.exists():
        raise ConfigurationError(f"--out: {path} exists; choose another file")
    scenario = load_scenario(case, set_)
    from lithovoid.meshes import quality, write_mesh

    print_mesh(path, quality(write_mesh(scenario, path)), Console())


study = App(name="study", help="Many runs of one scenario: grids, samples, replicates.")
app.command(study)

StudyPath = Annotated[Path, Parameter(help="Study, a TOML file, or a study directory.")]
StudyOut = Annotated[Path | None, Parameter(help="Study directory; default: studies/STUDY.")]


@study.command(name="run")
def run_study(
    study_file: StudyPath,
    /,
    *,
    out: StudyOut = None,
    slots: Annotated[
        int | None, Parameter(help="Runs at a time; default: processors / ranks of a run.")
    ] = None,
    retry_failed: Annotated[
        bool, Parameter(negative="", help="Do failed runs again, too.")
    ] = False,
) -> int:
    """Do all runs of a study that are not done yet; the same command goes on after a stop."""
    from lithovoid.study.commands import run_study as run_all

    return run_all(study_file, out, slots, retry_failed, Console())


@study.command(name="status")
def status_of_study(study_file: StudyPath, /, *, out: StudyOut = None) -> None:
    """Collect the results of a study and print how its runs stand."""
    from lithovoid.study.commands import study_status

    study_status(study_file, out, Console())


@app.command(name="report")
def write_report(directory: Path, /) -> None:
    """Write figures and an HTML report of a run, or of a study, into its directory.

    Parameters
    ----------
    directory
        Directory of the run or study.
    """
    from lithovoid.commands.report import report

    report(directory, Console())


@app.command(name="compile")
def compile_forms(*cases: Case, set_: Overrides = []) -> None:  # noqa: B006 - never changed
    """Compile the equations of scenarios ahead of time, for the cache that all runs share."""
    from lithovoid.machine.bootstrap import start

    start()
    from mpi4py import MPI

    from lithovoid.machine.environment import check_environment
    from lithovoid.run.warm_up import compile_forms as compile_cases

    check_environment(MPI.COMM_WORLD)
    compile_cases(cases, set_)


@app.command
def info(
    directory: Path | None = None,
    /,
    *,
    selftest: Annotated[
        bool, Parameter(negative="", help="Try all that a run needs; also under mpirun or srun.")
    ] = False,
    profile: Annotated[
        bool, Parameter(negative="", help="Say where the time of the run went.")
    ] = False,
    results: Annotated[
        bool, Parameter(negative="", help="List all results of runs: unit, label, definition.")
    ] = False,
) -> int:
    """Print the installation, or the state of a run, or test this machine.

    Parameters
    ----------
    directory
        Directory of a run; without it, the installation is described.
    """
    if selftest:
        from lithovoid.commands.selftest import self_test

        return self_test()
    if results:
        from lithovoid.machine.bootstrap import start

        start()
        from lithovoid.commands.results import as_markdown

        sys.stdout.write(as_markdown())
        return ExitCode.FINISHED
    from lithovoid.commands.info import print_installation, print_profile, print_run

    if directory is None and profile:
        raise ConfigurationError("--profile: name the directory of a run")
    if directory is None:
        print_installation(Console())
    elif profile:
        print_profile(directory, Console())
    else:
        print_run(directory, Console())
    return ExitCode.FINISHED


def main() -> None:
    """Run the command line and exit; errors of the user end with one message and exit code 1."""
    try:
        code = app(sys.argv[1:])
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(ExitCode.CONFIGURATION)
    except CycloptsError:  # said by cyclopts already
        sys.exit(ExitCode.CONFIGURATION)
    _flush()
    sys.exit(code)


def _flush() -> None:
    """Write out what was printed; a reader that went away must not change the exit code."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
