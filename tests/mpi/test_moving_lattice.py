"""Magnesium that moves and a lattice that contracts: the same on 1 and 2 processes."""

from pathlib import Path

import numpy as np
import pytest
from cases import strip
from launch import run, saved, series, status

CELL = {
    "geometry": {
        "width": "2 um",
        "anode": "6 um",
        "electrolyte": "1 um",
        "void": [{"x": "0.7 um", "radius": "0.5 um"}],
    },
    "anode": {"x_mg": 0.05, "magnesium_mobility": 0.1, "sink_rate": "1e-4 1/s"},
    "protocol": [strip("0.2 mA/cm^2", capacity="0.02 mAh/cm^2")],
}
PHYSICAL = (
    "time [s]",
    "areal_capacity [mAh/cm^2]",
    "overpotential [V]",
    "contact_fraction",
    "lithium_at_interface",
    "capacity_surface [mAh/cm^2]",
    "capacity_bulk [mAh/cm^2]",
    "capacity_recession [mAh/cm^2]",
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the run directories of one and two processes."""
    folder = tmp_path_factory.mktemp("moving")
    case = saved(folder / "cell.toml", **CELL)
    for ranks in (1, 2):
        ended = run(case, folder / str(ranks), ranks=ranks)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return [folder / "1", folder / "2"]


def test_the_series_agree(runs: list[Path]) -> None:
    one, two = (series(out) for out in runs)
    assert one["void_count"].iloc[-1] >= 1
    for column in PHYSICAL:
        np.testing.assert_allclose(one[column], two[column], rtol=1e-6, atol=1e-12, err_msg=column)


def test_both_ledgers_close(runs: list[Path]) -> None:
    for out in runs:
        summary = status(out)["summary"]
        assert summary["magnesium_drift_max"] < 1e-12
        assert summary["ledger_residual_max"] < 1e-8
        parts = ("surface", "bulk", "recession")
        total = sum(summary[f"capacity_{part}_mAh_cm2"] for part in parts)
        assert summary["areal_capacity_mAh_cm2"] == pytest.approx(total, rel=1e-8)
        assert summary["capacity_recession_mAh_cm2"] > 1e-3 * total
