"""How runs end: exit codes, one message for people, and files that can be read."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cases import strip
from launch import COMMAND, NUCLEATING, launcher, run, saved, series, start, status

from lithovoid.postprocess.run import Run

FIELDS = {"fields": "vtu", "every_capacity": "0.01 mAh/cm^2"}
ENDLESS = {"numerics": {"dt_max": "1 s"}, "output": FIELDS}


FORGETFUL = """
import gc, sys
from mpi4py import MPI
from lithovoid import Simulation, load_scenario
from lithovoid.meshes import build_mesh

scenario = load_scenario(sys.argv[1])
rank = MPI.COMM_WORLD.rank
simulation = Simulation(scenario, None if rank else build_mesh(scenario))
simulation.step()
solvers = [simulation.solver, simulation._instant_solver]
first, second = reversed(solvers) if rank else solvers
simulation.solver = simulation._instant_solver = solvers = None
gc.disable()  # at exit, `first` goes before `second`
"""
"""Forgets its solvers in another order on each rank, as the collector of cycles may."""


def assert_readable(out: Path) -> None:
    """Series and fields can be read, and the last frame is that of the last step."""
    run = Run(out)
    assert run.missing_fields is None
    last = run.series["time [s]"].iloc[-1] if len(run.series) else 0.0
    assert run.frames[-1] == pytest.approx(last)
    for part in ("anode", "electrolyte", "interface"):
        assert run.frame(part, len(run.frames) - 1).n_points > 0


@pytest.mark.parametrize("ranks", [1, 2])
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "anode.x_mg=2"), "anode.x_mg"),
        (("--set", "nucleation.rate_law=magic"), "nucleation.rate_law: no such rate law"),
        (
            ("--", "-ksp_type", "fgrmes"),
            "options of PETSc: Unable to find requested KSP type fgrmes",
        ),
    ],
)
def test_wrong_input_is_said_once_and_nothing_is_written(
    tmp_path: Path, ranks: int, words: tuple[str, ...], message: str
) -> None:
    case = saved(tmp_path / "cell.toml")
    ended = run(case, tmp_path / "out", *words, ranks=ranks)
    assert ended.returncode == 1
    printed = ended.stdout + ended.stderr
    assert printed.count("error:") == printed.count(message) == 1
    assert "Traceback" not in printed
    assert list(tmp_path.iterdir()) == [case]


@pytest.mark.parametrize("ranks", [1, 2])
def test_an_existing_directory_is_left_alone(tmp_path: Path, ranks: int) -> None:
    case, out = saved(tmp_path / "cell.toml"), tmp_path / "out"
    out.mkdir()
    (out / "series.csv").write_text("precious")
    ended = run(case, out, ranks=ranks)
    assert ended.returncode == 1
    assert "exists; a run never overwrites another" in ended.stderr
    assert [path.name for path in out.iterdir()] == ["series.csv"]
    assert (out / "series.csv").read_text() == "precious"


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_solve_that_fails_at_once_ends_with_code_2(tmp_path: Path, ranks: int) -> None:
    numerics = {"newton_iterations": 1, "newton_tolerance": 1e-15}
    case = saved(tmp_path / "cell.toml", numerics=numerics, output=FIELDS)
    ended = run(case, tmp_path / "out", ranks=ranks)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    found = status(tmp_path / "out")
    assert (found["status"], found["exit_code"]) == ("stopped", 2)
    assert "the smallest step (0.001 s) failed: Newton: diverged" in found["stop_reason"]
    assert found["stop_reason"] in (tmp_path / "out" / "log.txt").read_text()
    assert_readable(tmp_path / "out")


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_solve_that_fails_later_leaves_what_was_solved(tmp_path: Path, ranks: int) -> None:
    """No lithium is left at the interface, but the current is prescribed still."""
    case = saved(
        tmp_path / "cell.toml",
        anode={"x_mg": 0.2},
        protocol=[strip("1 mA/cm^2", capacity="0.9 mAh/cm^2")],
        output=FIELDS,
    )
    ended = run(case, tmp_path / "out", ranks=ranks)
    assert ended.returncode == 2, ended.stdout + ended.stderr
    found = status(tmp_path / "out")
    assert (found["status"], found["exit_code"]) == ("stopped", 2)
    assert found["stop_reason"].startswith("the smallest step")
    assert "the lithium at the contact has run out" in found["stop_reason"]
    assert found["summary"]["steps"] == series(tmp_path / "out")["step"].iloc[-1] > 10
    assert found["summary"]["failure_mode"] == "depletion"
    assert_readable(tmp_path / "out")


@pytest.mark.parametrize("ranks", [1, 2])
def test_contact_that_is_gone_is_an_end_and_no_error(tmp_path: Path, ranks: int) -> None:
    void = {"x": "1.5 um", "radius": "0.8 um"}
    geometry = {"width": "3 um", "anode": "3 um", "interface_size": "0.1 um", "void": [void]}
    case = saved(
        tmp_path / "cell.toml",
        geometry=geometry,
        phase_field={"l": "0.15 um"},
        protocol=[strip("1 mA/cm^2", capacity="0.5 mAh/cm^2")],
        output=FIELDS,
    )
    ended = run(case, tmp_path / "out", ranks=ranks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = status(tmp_path / "out")
    assert (found["status"], found["exit_code"]) == ("finished", 0)
    assert found["stop_reason"].startswith("the contact is lost: 0.")
    assert found["summary"]["failure_mode"] == "contact_loss"
    assert found["events"][-1]["words"] == found["stop_reason"]
    assert_readable(tmp_path / "out")
    again = subprocess.run(
        [COMMAND, "run", "--restart", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert status(tmp_path / "out")["stop_reason"] == found["stop_reason"]


@pytest.mark.parametrize("ranks", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_run_after_the_step(
    tmp_path: Path, number: signal.Signals, ranks: int
) -> None:
    case, out = saved(tmp_path / "cell.toml", **ENDLESS), tmp_path / "out"
    process = start(case, out, ranks=ranks)
    wait_for_steps(process, out, 5)
    process.send_signal(number)  # mpiexec hands signals on
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 3, printed
    found = status(out)
    assert (found["status"], found["exit_code"]) == ("interrupted", 3)
    assert found["stop_reason"] == f"interrupted by {number.name}"
    assert 5 <= found["summary"]["steps"] == series(out)["step"].iloc[-1]
    assert_readable(out)


def wait_for_steps(process: subprocess.Popen[str], out: Path, number: int) -> None:
    """Wait until the series has `number` rows."""
    path = out / "series.csv"
    while not path.exists() or len(path.read_text().splitlines()) <= number:
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)


def test_a_run_says_that_it_is_running(tmp_path: Path) -> None:
    case, out = saved(tmp_path / "cell.toml", **ENDLESS), tmp_path / "out"
    process = start(case, out)
    try:
        wait_for_steps(process, out, 1)
        assert status(out)["status"] == "running"
    finally:
        process.kill()
        process.communicate()
    assert series(out)["step"].iloc[0] == 1


def test_a_finished_run_says_so(tmp_path: Path) -> None:
    case = saved(tmp_path / "cell.toml", **(NUCLEATING | {"output": FIELDS}))
    assert run(case, tmp_path / "out").returncode == 0
    found = status(tmp_path / "out")
    assert (found["status"], found["exit_code"]) == ("finished", 0)
    assert found["stop_reason"] == "capacity reached"
    names = [event["name"] for event in found["events"]]
    assert names == ["incubation", "protocol_step_end"]
    limits = {limit["what"]: limit for limit in found["validity"]}
    assert limits["half-width of walls against the edge length of voids"]["state"] == "outside"
    due, opened = found["summary"]["nuclei_due"], found["summary"]["nuclei"]
    assert limits["nuclei that were due and opened a void"]["value"] == f"{opened} of {due}"
    assert_readable(tmp_path / "out")


def test_solvers_that_nobody_frees_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """MUMPS passes messages while it is freed."""
    case, script = saved(tmp_path / "cell.toml"), tmp_path / "forgetful.py"
    script.write_text(FORGETFUL)
    ended = subprocess.run(
        [*launcher(2), sys.executable, str(script), str(case)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
