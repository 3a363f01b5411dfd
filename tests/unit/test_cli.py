import json
import subprocess
import sys
from pathlib import Path

import pytest
import tomli_w
from scenario_cases import data

from lithovoid import __version__, cli

HEAVY = ("dolfinx", "petsc4py", "mpi4py", "gmsh", "pyvista", "vtk", "matplotlib", "pandas")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(tomli_w.dumps(data(geometry={"width": "5 um", "anode": "5 um"})))
    return path


def lithovoid(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Run the command as the shell would, and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["lithovoid", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0)


@pytest.mark.parametrize("command", ["check", "info", "--help", "--version"])
def test_no_solver_library_is_imported(command: str, case: Path) -> None:
    code = (
        "import sys; from lithovoid.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    arguments = [command, str(case)] if command == "check" else [command]
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "HEAVY []"


def test_check_prints_scenario_quantities_and_warnings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: Path
) -> None:
    assert lithovoid(monkeypatch, "check", case, "--set", "geometry.interface_size=0.2 um") == 0
    printed = capsys.readouterr().out
    for text in ('interface_size = "0.2 um"', "surface energy gamma", "J/m^2", "unknowns, about"):
        assert text in printed
    assert "warning: geometry.interface_size" in printed
    assert "  outside    geometry.interface_size: mesh sizes per half-width of walls" in printed
    assert "limits are kept" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "none.toml"], "none.toml: no such file"),
        (["check", "CASE", "--set", "anode.x_mg=2"], "anode.x_mg: cannot be used (given: 2;"),
        (["check", "CASE", "--set", "nucleation.rate_law=x"], "no such rate law"),
        (["run", "CASE", "other.toml"], "unexpected argument 'other.toml'"),
        (["info", "."], "no run directory"),
        (["mesh", "CASE", "--out", "CASE"], "exists"),
    ],
)
def test_errors_are_one_message_without_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(case.parent)
    replaced = [case if argument == "CASE" else argument for argument in arguments]
    assert lithovoid(monkeypatch, *replaced) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert message in printed.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], 'Did you mean "check"'),
        (["check", "a.toml", "--outt", "b"], "Unknown option"),
        (["check"], "requires an argument"),
    ],
)
def test_usage_errors(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert lithovoid(monkeypatch, *arguments) == 1
    assert message in capsys.readouterr().err


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert lithovoid(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.strip() == __version__


def test_mesh_is_written_and_described(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], case: Path
) -> None:
    monkeypatch.chdir(case.parent)
    assert lithovoid(monkeypatch, "mesh", case) == 0
    assert Path("small.msh").is_file()
    assert "anode nodes" in capsys.readouterr().out
    assert lithovoid(monkeypatch, "mesh", case) == 1


def test_info_of_a_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    summary = {"failure_mode": "contact_loss", "incubation_capacity_mAh_cm2": None}
    run = {"status": "finished", "stop_reason": "contact lost", "summary": summary}
    run["validity"] = [{"state": "inside"}, {"state": "outside"}]
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert lithovoid(monkeypatch, "info", tmp_path) == 0
    printed = capsys.readouterr().out
    for text in ("finished", "contact lost", "loss of contact", "none", "1 of 2 limits are kept"):
        assert text in printed
    (tmp_path / "run.json").write_text('{"status": ')
    assert lithovoid(monkeypatch, "info", tmp_path) == 1


STUB = """
import sys
from pathlib import Path
from types import ModuleType
import lithovoid.machine.bootstrap as bootstrap
import lithovoid.cli as cli
from lithovoid.machine.errors import ConfigurationError

def run(*given):
    print("RUN", *given)
    if given[0].stem == "broken":
        raise ConfigurationError("broken")
    return 2, Path("d")

bootstrap.start = lambda options: print("PETSC", options)
runner, mpi = ModuleType("lithovoid.run.runner"), ModuleType("mpi4py")
environment = ModuleType("lithovoid.machine.environment")
environment.check_environment = environment.require_shared_memory = lambda *comm: None
runner.run_scenario = run
mpi.MPI = type("MPI", (), {"COMM_WORLD": type("Comm", (), {"rank": int(sys.argv.pop(1))})})
sys.modules |= {
    "lithovoid.run.runner": runner, "lithovoid.machine.environment": environment, "mpi4py": mpi
}
cli.main()
"""


def run_with_stubs(rank: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Call `lithovoid run` in a process of its own, with solver and MPI replaced."""
    command = [sys.executable, "-c", STUB, str(rank), "run", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_petsc_options_pass_untouched_and_the_exit_code_comes_back() -> None:
    options = ["case.toml", "--set", "anode.x_mg=0.1", "--out", "d"]
    result = run_with_stubs(0, *options, "--", "-snes_monitor", "--set", "-ksp_rtol", "1e-9")
    assert result.returncode == 2, result.stderr
    assert "PETSC ('-snes_monitor', '--set', '-ksp_rtol', '1e-9')" in result.stdout
    assert "RUN case.toml d ['anode.x_mg=0.1']" in result.stdout


@pytest.mark.parametrize(("rank", "message"), [(0, "error: broken\n"), (1, "")])
def test_an_error_on_all_ranks_is_said_by_one(rank: int, message: str) -> None:
    result = run_with_stubs(rank, "broken.toml")
    assert result.returncode == 1
    assert result.stderr == message
