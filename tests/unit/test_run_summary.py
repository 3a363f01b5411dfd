"""The summary of a run, and the loop it sums up, on a narrow cell."""

from itertools import pairwise

import pytest
from cases import simulation, strip

from lithovoid.measure.record import Record
from lithovoid.run.simulation import Simulation
from lithovoid.run.summary import RunTotals, events, summarise

PROTOCOL = [
    strip(capacity="0.02 mAh/cm^2"),
    {"step": "rest", "until": {"time": "600 s"}},
    {"step": "plate", "current_density": "0.2 mA/cm^2", "until": {"capacity": "0.01 mAh/cm^2"}},
]


@pytest.fixture(scope="module")
def ended() -> tuple[Simulation, list[Record]]:
    cell = simulation(protocol=PROTOCOL)
    return cell, list(cell)


def test_protocol_steps_end_on_the_point(ended: tuple[Simulation, list[Record]]) -> None:
    _, records = ended
    last = {record.step_kind: record for record in records}
    assert last["strip"].areal_capacity == pytest.approx(0.02, rel=1e-12)
    assert last["strip"].time == pytest.approx(0.02 * 3600 / 0.1, rel=1e-12)
    assert last["rest"].time - last["strip"].time == pytest.approx(600, rel=1e-12)
    assert last["rest"].areal_capacity == pytest.approx(0.02, rel=1e-12)
    assert last["plate"].areal_capacity == pytest.approx(0.01, rel=1e-12)
    assert last["plate"].time - last["rest"].time == pytest.approx(180, rel=1e-12)
    assert [last[kind].current_density for kind in ("strip", "plate")] == pytest.approx([1, -2])
    assert abs(last["rest"].current_density) == 0.0


def test_each_record_continues_the_one_before(ended: tuple[Simulation, list[Record]]) -> None:
    _, records = ended
    assert [record.step for record in records] == list(range(1, len(records) + 1))
    for before, after in pairwise(records):
        assert after.time == pytest.approx(before.time + after.dt, rel=1e-12)
        charge = after.current_density * after.dt / 36000
        assert after.areal_capacity == pytest.approx(before.areal_capacity + charge, rel=1e-9)
        assert after.capacity_surface == 0.0
        assert after.capacity_bulk == pytest.approx(after.areal_capacity, rel=1e-8)


def test_summary_holds_the_last_values_and_the_sums(
    ended: tuple[Simulation, list[Record]],
) -> None:
    cell, records = ended
    totals = RunTotals(cell.results)
    assert summarise(cell, totals) == {}
    for record in records:
        totals.add(record)
    summary = summarise(cell, totals)
    assert summary["failure_mode"] == "none"
    assert summary["incubation_capacity_mAh_cm2"] is None
    assert summary["nuclei"] == 0
    assert summary["areal_capacity_mAh_cm2"] == pytest.approx(0.01)
    assert summary["steps"] == len(records)
    assert summary["newton_iterations"] == sum(r.newton_iterations for r in records)
    assert summary["ledger_residual_max"] == max(r.ledger_residual for r in records)
    assert summary["contact_fraction"] == pytest.approx(1.0, abs=1e-12)


def test_events_name_the_ends_of_the_protocol_steps(
    ended: tuple[Simulation, list[Record]],
) -> None:
    found = events(ended[0])
    assert [event["name"] for event in found] == ["protocol_step_end"] * 3
    reasons = [event["words"] for event in found]
    assert reasons == ["capacity reached", "time reached", "capacity reached"]
    assert found[0]["areal_capacity_mAh_cm2"] == pytest.approx(0.02)


def test_the_lithium_limit_ends_a_strip_within_its_tolerance() -> None:
    cell = simulation(anode={"x_mg": 0.1}, protocol=[strip("1 mA/cm^2", lithium_at_interface=0.6)])
    records = list(cell)
    assert cell.stop_reason == "lithium_at_interface fell to 0.6"
    assert 0.599 <= records[-1].lithium_at_interface <= 0.6
    assert all(record.lithium_at_interface > 0.6 for record in records[:-1])


def test_depletion_is_recognised_as_failure() -> None:
    cell = simulation(
        anode={"x_mg": 0.2},
        protocol=[strip("1 mA/cm^2", overpotential="0.2 V")],
        failure={"lithium_at_interface": 0.05},
    )
    records = list(cell)
    assert cell.failure is not None
    assert cell.failure.mode == "depletion"
    assert cell.failure.areal_capacity == pytest.approx(records[-1].areal_capacity, rel=0.05)
    assert [event["name"] for event in events(cell)][-1] in ("failure", "protocol_step_end")
