"""What a restart changes is recorded from there on; what is done keeps what it was done with."""

import json
import tomllib
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_run import cut_back, lithovoid

from lithovoid.machine.errors import ConfigurationError, ExitCode
from lithovoid.postprocess.report import write_report
from lithovoid.postprocess.run import Run
from lithovoid.run.runner import run_scenario
from lithovoid.scenario.protocol import Strip, Until
from lithovoid.stepping.protocol import ProtocolRunner

FASTER = "protocol.0.current_density=0.4 mA/cm^2"
IN_FIRST_STRIP, IN_REST, IN_SECOND_STRIP = 15, 68, 84


def about(run: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run / "run.json").read_text())
    return found


def current(path: Path) -> str:
    return str(tomllib.loads(path.read_text())["protocol"][0]["current_density"])


def go_on(run: Path, *changes: str) -> None:
    assert run_scenario(None, None, changes, run)[0] is ExitCode.FINISHED


def test_the_moments_of_the_small_run_are_those_of_these_tests(finished: Path) -> None:
    steps = pd.read_csv(finished / "series.csv").set_index("step")["protocol_step"]
    assert [steps[s] for s in (IN_FIRST_STRIP, IN_REST, IN_SECOND_STRIP)] == [0, 1, 2]


def test_a_change_is_recorded_and_the_beginning_stays(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", IN_FIRST_STRIP)
    began = (finished / "scenario.toml").read_bytes()
    go_on(run, FASTER, "title=Faster")
    assert (run / "scenario.toml").read_bytes() == began
    assert (current(run / "scenario.toml"), current(run / "scenario_now.toml")) == (
        "0.3 mA/cm^2",
        "0.4 mA/cm^2",
    )
    first, second = about(run)["segments"]
    assert (first["step"], first["changes"]) == (0, [])
    row = pd.read_csv(finished / "series.csv").set_index("step").loc[IN_FIRST_STRIP]
    assert second["step"] == IN_FIRST_STRIP
    assert second["time_s"] == row["time [s]"]
    assert second["areal_capacity_mAh_cm2"] == pytest.approx(row["areal_capacity [mAh/cm^2]"])
    assert {c["key"]: (c["old"], c["new"]) for c in second["changes"]} == {
        "title": ("A small cell", "Faster"),
        "protocol.0.current_density": ("0.3 mA/cm^2", "0.4 mA/cm^2"),
    }
    currents = pd.read_csv(run / "series.csv").set_index("step")["current_density [A/m^2]"]
    assert currents[IN_FIRST_STRIP] == pytest.approx(3.0)
    assert currents[IN_FIRST_STRIP + 1] == pytest.approx(4.0)

    page = unescape(write_report(run).read_text())
    assert f"From step {IN_FIRST_STRIP}, time" in page
    assert "Changed: protocol.0.current_density" in page
    assert "0.3 mA/cm^2 → 0.4 mA/cm^2" in page
    told = " ".join(lithovoid("info", run).stdout.split())
    assert f"at step {IN_FIRST_STRIP}, time" in told
    assert "0.3 mA/cm^2 -> 0.4 mA/cm^2" in told
    assert "protocol.0.current_density = 0.4 mA/cm^2, before 0.3" in (run / "log.txt").read_text()


def test_the_last_scenario_goes_on_and_lost_parts_leave_no_trace(
    finished: Path, tmp_path: Path
) -> None:
    run = cut_back(finished, tmp_path / "run", IN_FIRST_STRIP)
    go_on(run, FASTER)
    later = cut_back(run, tmp_path / "later", IN_FIRST_STRIP + 5)
    go_on(later)  # in the scenario of the last part, which is no change any more
    assert [(s["step"], len(s["changes"])) for s in about(later)["segments"]] == [
        (0, 0),
        (IN_FIRST_STRIP, 1),
        (IN_FIRST_STRIP + 5, 0),
    ]
    earlier = cut_back(run, tmp_path / "earlier", IN_FIRST_STRIP - 5)
    go_on(earlier)  # before the change: the part that made it is gone, with its rows
    segments = about(earlier)["segments"]
    assert [s["step"] for s in segments] == [0, IN_FIRST_STRIP - 5]
    assert [c["key"] for c in segments[1]["changes"]] == ["protocol.0.current_density"]
    back = cut_back(run, tmp_path / "back", IN_FIRST_STRIP + 5)
    run_scenario(finished / "scenario.toml", None, [], back)
    assert not (back / "scenario_now.toml").exists()
    assert about(back)["segments"][2]["changes"][0]["new"] == "0.3 mA/cm^2"
    assert Run(run).scenario["protocol"][0]["current_density"] == "0.4 mA/cm^2"


@pytest.mark.parametrize(
    ("step", "change", "message"),
    [
        (IN_REST, FASTER, r"protocol.0.current_density: '0.3 mA/cm\^2' so far, '0.4 mA/cm\^2' now: "
         r"this step of the protocol ended in time step \d+"),
        (IN_REST, "protocol.0.until.capacity=1 mAh/cm^2", "protocol.0.until.capacity: .* ended in"),
        (IN_SECOND_STRIP, "protocol.1.until.time=6 min", "protocol.1.until.time: .* ended in"),
        (IN_REST, 'protocol.1={step="plate", current_density="1 mA/cm^2", until={time="1 h"}}',
         "protocol.1.step: 'rest' so far, 'plate' now: this step of the protocol has begun"),
        (IN_REST, "protocol.1.until.time=1 s", "protocol.1.until: time reached before time step"),
        (IN_FIRST_STRIP, "protocol.0.until.capacity=1e-4 mAh/cm^2",
         "protocol.0.until: capacity reached before time step 15"),
        (IN_REST, "output.fields=none", "output.fields: 'vtu' so far, 'none' now: the field files"),
        (IN_REST, "geometry.width=6 um", "the physics differ .*\n  geometry.width: '5 um' so far"),
        (IN_REST, "anode.x_mg=0.1", "the physics differ .*\n  anode.x_mg: 0.0 so far, 0.1 now"),
    ],
)  # fmt: skip
def test_what_is_done_cannot_be_rewritten(
    finished: Path, tmp_path: Path, step: int, change: str, message: str
) -> None:
    run = cut_back(finished, tmp_path / "run", step)
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.name != "run.lock"}
    with pytest.raises(ConfigurationError, match=message):
        run_scenario(None, None, [change], run)
    assert before == {p: p.stat().st_mtime_ns for p in run.rglob("*") if p.name != "run.lock"}


def test_limits_of_failure_stay_once_they_have_decided(case: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    failing = ["failure.overpotential=1e-6 V", "output.fields=none", "checkpoint.keep=100"]
    assert run_scenario(case, run, failing)[0] is ExitCode.FINISHED
    with pytest.raises(
        ConfigurationError, match=r"failure\.depletion_below: .* the cell failed in"
    ):
        run_scenario(None, None, ["failure.depletion_below=0.2"], run)


def test_what_is_to_come_may_change(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", IN_REST)
    more = 'protocol.2.current_density="0.2 mA/cm^2"', "protocol.1.until.time=6 min"
    go_on(run, *more)
    changes = {c["key"]: c["new"] for c in about(run)["segments"][1]["changes"]}
    assert changes == {
        "protocol.1.until.time": "360 s", "protocol.2.current_density": "0.2 mA/cm^2"
    }  # fmt: skip


def test_a_run_without_a_checkpoint_begins_again(finished: Path, tmp_path: Path) -> None:
    run = cut_back(finished, tmp_path / "run", 0)
    go_on(run, FASTER)
    assert current(run / "scenario.toml") == "0.4 mA/cm^2"
    assert not (run / "scenario_now.toml").exists()
    assert [(s["step"], s["changes"]) for s in about(run)["segments"]] == [(0, [])]


def test_steps_that_were_left_out_are_not_taken_up_again() -> None:
    """A run that is over, as no contact is left, stays so when it is continued."""
    steps: list[Any] = [
        Strip(step="strip", current_density="1 A/m^2", until=Until(time="1 h")),  # type: ignore[arg-type]
        Strip(step="strip", current_density="1 A/m^2", until=Until(time="1 h")),  # type: ignore[arg-type]
    ]
    over = ProtocolRunner(steps)
    over.finish()
    again = ProtocolRunner(steps)
    again.load_state_dict(json.loads(json.dumps(over.state_dict())))
    assert again.finished
    assert not again.reopen(60.0, 60.0, None)  # type: ignore[arg-type]


def test_options_and_environment_are_recorded_part_by_part(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = cut_back(finished, tmp_path / "run", IN_SECOND_STRIP)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".petscrc").write_text("-snes_max_funcs 9999\n")
    (tmp_path / "ffcx_options.json").write_text('{"table_rtol": 1e-7}')
    given = {"PETSC_OPTIONS": "-ksp_max_it 77", "OPENBLAS_NUM_THREADS": "1", "MY_SECRET": "x"}
    options = ("--", "-snes_max_it", "14")
    result = lithovoid("run", "--restart", run, *options, ranks=2, environment=given)
    assert result.returncode == 0, result.stderr
    first, second = about(run)["segments"]
    assert second["petsc_options"] == {
        "ksp_max_it": "77", "snes_max_funcs": "9999", "snes_max_it": "14"
    }  # fmt: skip
    assert first["petsc_options"] == {}
    assert (first["form_compiler"]["table_rtol"], second["form_compiler"]["table_rtol"]) == (
        1e-6,
        1e-7,
    )
    environment = second["environment"]
    assert environment.items() >= {
        "PETSC_OPTIONS": "-ksp_max_it 77", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"
    }.items()  # fmt: skip
    assert "MY_SECRET" not in environment
    assert "OPENBLAS_NUM_THREADS" not in first["environment"]
    assert (first["ranks"], second["ranks"]) == (1, 2)
    assert "-snes_max_it 14" in second["command"]
    assert {"lithovoid", "python", "numpy", "petsc", "mpi", "dolfinx"} < set(second["versions"])
    page = unescape(write_report(run).read_text())
    assert "ksp_max_it 77, snes_max_funcs 9999, snes_max_it 14" in page
