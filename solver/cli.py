"""The `lithovoid` command.

Exit codes: 0 done, 1 input that cannot be used, 2 numerical stop, 3 interrupted. Commands import
what they need when they run, so that `--help`, `check` and `info` need no solver libraries.
"""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter
from rich.console import Console

from lithovoid._version import __version__
from lithovoid.errors import ConfigurationError, ExitCode

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
    case: Case,
    /,
    *petsc_options: Annotated[str, Parameter(help="After --: options handed to PETSc.")],
    out: Annotated[
        Path | None, Parameter(help="Run directory to create; default: runs/CASE-n.")
    ] = None,
    set_: Overrides = [],  # noqa: B006 - never changed
    report: Annotated[
        bool, Parameter(negative="", help="Write figures and report at the end.")
    ] = False,
) -> int:
    """Run a scenario; under mpirun, on all ranks together."""
    if petsc_options and not petsc_options[0].startswith("-"):
        raise ConfigurationError(f"unexpected argument '{petsc_options[0]}': give one scenario")
    from lithovoid.bootstrap import start

    start(petsc_options)
    from mpi4py import MPI

    from lithovoid.runner import run as run_case

    root = MPI.COMM_WORLD.rank == 0
    try:
        code, directory = run_case(case, out, set_)
    except ConfigurationError:  # raised on all ranks, said by one
        if root:
            raise
        return ExitCode.CONFIGURATION
    if report and root:
        write_report(directory)
    return code


@app.command
def check(case: Case, /, *, set_: Overrides = []) -> None:  # noqa: B006 - never changed
    """Check a scenario and print it in full, with derived quantities, resolution and warnings."""
    from lithovoid.check import check as check_case

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
    from lithovoid.info import print_mesh
    from lithovoid.scenario.load import load_scenario

    path = out or Path(f"{case.stem}.msh")
    if path.exists():
        raise ConfigurationError(f"--out: {path} exists; choose another file")
    scenario = load_scenario(case, set_)
    from lithovoid.meshes import quality, write_mesh

    print_mesh(path, quality(write_mesh(scenario, path)), Console())


@app.command(name="report")
def write_report(directory: Path, /) -> None:
    """Write figures and an HTML report of a run into its directory.

    Parameters
    ----------
    directory
        Directory of the run.
    """
    from lithovoid.postprocess.report import write_report as write

    Console().print(f"report: {write(directory)}", highlight=False, soft_wrap=True, markup=False)


@app.command
def info(directory: Path | None = None, /) -> None:
    """Print the installation, or the state of a run.

    Parameters
    ----------
    directory
        Directory of a run; without it, the installation is described.
    """
    from lithovoid.info import print_installation, print_run

    if directory is None:
        print_installation(Console())
    else:
        print_run(directory, Console())


def main() -> None:
    """Run the command line and exit; errors of the user end with one message and exit code 1."""
    try:
        code = app(sys.argv[1:])
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(ExitCode.CONFIGURATION)
    except CycloptsError:  # said by cyclopts already
        sys.exit(ExitCode.CONFIGURATION)
    sys.exit(code)
