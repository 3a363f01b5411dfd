"""Books are closed by a shift: a step that is solved loosely conserves all the same."""

from typing import Any

import numpy as np
import pytest
from cases import simulation, strip

from lithovoid.run.simulation import Simulation

LOOSE = {"newton_tolerance": 0.1, "dt_initial": "1 s"}
VOID = {"width": "6 um", "void": [{"x": "3 um", "radius": "1 um"}], "fine_depth": "2 um"}
PROTOCOL = [strip("0.5 mA/cm^2", time="60 s")]
CASES: dict[str, dict[str, Any]] = {
    "vacancies": {},
    "emptied sites": {"phase_field": {"formulation": "cahn_hilliard"}},
    "magnesium": {"anode": {"x_mg": 0.1, "magnesium_mobility": 0.3}},
    "sinks": {"anode": {"x_mg": 0.1, "magnesium_mobility": 0.3, "sink_rate": "1e-3 1/s"}},
}


def cell(case: str) -> Simulation:
    return simulation(geometry=VOID, numerics=LOOSE, protocol=PROTOCOL, **CASES[case])


@pytest.mark.parametrize("case", CASES)
def test_loose_steps_conserve(case: str) -> None:
    run = cell(case)
    records = list(run)
    assert max(record.ledger_residual for record in records) < 1e-9
    drifts = [record.of_physics.get("magnesium_drift", 0.0) for record in records]
    assert max(drifts) < 1e-11


def test_without_closing_they_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    run = cell("vacancies")
    monkeypatch.setattr(run.closing, "close", lambda sums: None)
    run.ledger._limit = 1.0
    assert max(record.ledger_residual for record in run) > 1e-5


def test_a_solved_step_is_hardly_shifted() -> None:
    """Of a step solved to round-off nothing is left to close."""
    run = simulation(geometry=VOID, numerics={"newton_tolerance": 1e-9}, protocol=PROTOCOL)
    run.step()
    before = run.state.v.x.array.copy()
    run.closing.close(run.solver.sums())
    assert np.abs(run.state.v.x.array - before).max() < 1e-9
