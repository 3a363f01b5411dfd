"""Guards that warn, on records made up for them, and the deadline."""

import logging
import time
from types import SimpleNamespace
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from cases import simulation

from lithovoid.equations import physics, vacancies
from lithovoid.hooks import ledger, nucleation
from lithovoid.hooks.guards import (
    WINDOW,
    EnergyAtRest,
    NewtonHealth,
    StepCollapse,
    WallResolution,
    guards,
)
from lithovoid.machine.deadline import Deadline
from lithovoid.run import step

CELL: Any = SimpleNamespace(
    scenario=SimpleNamespace(numerics=SimpleNamespace(newton_iterations=10, dt_min=1e-3))
)


def record(**values: Any) -> Any:
    usual = {"newton_iterations": 4, "rejected_steps": 0, "dt": 1.0, "step_kind": "strip"}
    return SimpleNamespace(**{**usual, "nuclei": 0, **values})


@pytest.mark.parametrize(
    ("guard", "values", "words"),
    [
        (NewtonHealth, {"newton_iterations": 9}, "9.0 of 10 iterations per solve"),
        (NewtonHealth, {"newton_iterations": 9, "rejected_steps": 2}, "2.0 rejected steps"),
        (StepCollapse, {"dt": 5e-3}, "20 steps in a row shorter than 0.01 s"),
    ],
)
def test_a_bad_window_is_said_once_with_advice(
    guard: Any, values: dict[str, Any], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    watch = guard()
    logging.getLogger("lithovoid").propagate = True
    for _ in range(WINDOW - 1):
        watch.on_step_end(CELL, record(**values))
    assert not caplog.records
    for _ in range(WINDOW):
        watch.on_step_end(CELL, record(**values))
    (said,) = caplog.messages
    assert words in said
    assert f"guard '{guard.guard.name}'" in said
    assert guard.guard.advice in said


@pytest.mark.parametrize("guard", [NewtonHealth, StepCollapse])
def test_usual_steps_are_not_worth_a_word(guard: Any, caplog: pytest.LogCaptureFixture) -> None:
    watch = guard()
    logging.getLogger("lithovoid").propagate = True
    for k in range(3 * WINDOW):
        hard = {"newton_iterations": 10, "dt": 1e-3} if k % 3 == 0 else {}
        watch.on_step_end(CELL, record(**hard))
    assert not caplog.records


def test_energy_at_rest_falls_and_a_rise_is_said(caplog: pytest.LogCaptureFixture) -> None:
    void = {"x": "0.5 um", "radius": "0.5 um"}
    rest = {"step": "rest", "until": {"time": "60 s"}}
    cell = simulation(geometry={"void": [void]}, protocol=[rest])
    logging.getLogger("lithovoid").propagate = True
    watch = EnergyAtRest()
    watch.on_start(cell)
    for taken in cell:
        watch.on_step_end(cell, taken)
    assert not caplog.records
    cell.state.v.x.array[:] += 0.01
    watch.on_step_end(cell, taken)
    assert "the free energy rose" in caplog.text
    assert "guard 'energy at rest'" in caplog.text


def test_a_void_that_outgrows_the_fine_mesh_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("lithovoid").propagate = True
    for depth, said in (("1.5 um", 0), ("0.2 um", 1)):
        caplog.clear()
        cell = simulation(geometry={"fine_depth": depth, "growth": 1.0})
        watch = WallResolution()
        watch.on_start(cell)
        height = cell.state.anode.tabulate_dof_coordinates()[:, 1]
        cell.state.phi.x.array[:] = (1 - np.tanh((height - 1) / 0.25)) / 2  # a layer of 1 um
        for _ in range(3):
            watch.on_step_end(cell, record(time=1.0))
        assert len(caplog.messages) == said
    assert "guard 'wall resolution'" in caplog.text


def test_every_advice_names_something_to_try() -> None:
    known = (
        step.NEWTON,
        step.CHANGE,
        step.FINITE,
        physics.BOUNDS,
        vacancies.PLATING,
        ledger.LEDGER,
    )
    known += (nucleation.RATE_LAW, *(watch.guard for watch in guards()))
    assert len({guard.name for guard in known}) == len(known)
    for guard in known:
        assert guard.says("what").startswith(f"what (guard '{guard.name}'). Try {guard.advice}")


def test_the_deadline_counts_from_its_making_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = time.time()
    monkeypatch.setenv("SLURM_JOB_END_TIME", str(now + 1000))
    deadline = Deadline(MPI.COMM_SELF, None)
    monkeypatch.setattr(time, "time", lambda: now + 1e9)
    assert not deadline.reached()
    at = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: at + 960)
    assert not Deadline(MPI.COMM_SELF, 1000.0).reached()
    assert deadline.reached()  # 960 s in one step: the next would end too late


@pytest.mark.parametrize("value", [None, "", "soon"])
def test_without_a_limit_there_is_no_deadline(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("SLURM_JOB_END_TIME", raising=False)
    if value is not None:
        monkeypatch.setenv("SLURM_JOB_END_TIME", value)
    assert not Deadline(MPI.COMM_SELF, None).reached()
