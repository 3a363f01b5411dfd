"""The same run on 1, 2 and 3 processes: the same voids, the same numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from launch import NUCLEATING, run, saved, series, status

NOT_PHYSICAL = ("ledger_residual", "newton_iterations", "linear_iterations", "wall_time [s]")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return run directories by number of processes."""
    folder = tmp_path_factory.mktemp("ranks")
    case = saved(folder / "cell.toml", **NUCLEATING)
    for ranks in (1, 2, 3):
        ended = run(case, folder / str(ranks), ranks=ranks)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    return {ranks: folder / str(ranks) for ranks in (1, 2, 3)}


def nuclei(out: Path) -> pd.DataFrame:
    return pd.read_csv(out / "nuclei.csv")


def test_the_run_has_voids_to_compare(runs: dict[int, Path]) -> None:
    found = nuclei(runs[1])
    assert (found["status"] == "accepted").sum() >= 2
    assert series(runs[1])["void_count"].iloc[-1] >= 1
    assert status(runs[3])["ranks"] == 3


@pytest.mark.parametrize("ranks", [2, 3])
def test_series_do_not_depend_on_the_ranks(runs: dict[int, Path], ranks: int) -> None:
    one, many = series(runs[1]), series(runs[ranks])
    assert list(one.columns) == list(many.columns)
    assert len(one) == len(many)
    differences = {}
    for column in one.columns.difference(NOT_PHYSICAL):
        if one[column].dtype.kind in "if":
            scale = np.abs(one[column]).max() or 1.0
            # relative to each value, but not to what is nothing but round-off
            values = np.maximum(np.abs(one[column]), 1e-9 * scale)
            differences[column] = (np.abs(one[column] - many[column]) / values).max()
        else:
            assert (one[column] == many[column]).all()
    worst = max(differences, key=lambda column: differences[column])
    print(f"\n{ranks} ranks: worst in {worst}, {differences[worst]:.1e}")
    assert differences[worst] < 1e-6


@pytest.mark.parametrize("ranks", [2, 3])
def test_the_same_voids_appear(runs: dict[int, Path], ranks: int) -> None:
    one, many = nuclei(runs[1]), nuclei(runs[ranks])
    for column in ("id", "step", "key", "status"):
        assert one[column].tolist() == many[column].tolist()
    numbers = one.columns.difference(["id", "step", "key", "status"])
    np.testing.assert_allclose(one[numbers], many[numbers], rtol=1e-6)


def timeless(out: Path) -> pd.DataFrame:
    return series(out).drop(columns="wall_time [s]", errors="ignore")


def test_a_rerun_repeats_every_digit(runs: dict[int, Path], tmp_path: Path) -> None:
    case = runs[1].parent / "cell.toml"
    assert run(case, tmp_path / "again").returncode == 0
    pd.testing.assert_frame_equal(timeless(runs[1]), timeless(tmp_path / "again"), check_exact=True)
    assert (runs[1] / "nuclei.csv").read_text() == (tmp_path / "again" / "nuclei.csv").read_text()


def test_the_resolved_scenario_runs_again(runs: dict[int, Path], tmp_path: Path) -> None:
    assert run(runs[1] / "scenario.toml", tmp_path / "again").returncode == 0
    assert status(tmp_path / "again")["physics_hash"] == status(runs[1])["physics_hash"]
    last = "areal_capacity [mAh/cm^2]"
    assert series(tmp_path / "again")[last].iloc[-1] == series(runs[1])[last].iloc[-1]


@pytest.mark.parametrize("ranks", [2, 3])
def test_replay_on_several_ranks_repeats_the_voids(
    runs: dict[int, Path], tmp_path: Path, ranks: int
) -> None:
    plan = {"mode": "replay", "replay_file": str(runs[1] / "nuclei.csv")}
    case = saved(tmp_path / "replay.toml", **(NUCLEATING | {"nucleation": plan}))
    ended = run(case, tmp_path / "out", ranks=ranks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    one, again = nuclei(runs[1]), nuclei(tmp_path / "out")
    accepted = one[one["status"] == "accepted"].reset_index()
    assert again["status"].eq("accepted").all()
    np.testing.assert_allclose(accepted["time [s]"], again["time [s]"], rtol=1e-9)
    np.testing.assert_allclose(accepted["x [um]"], again["x [um]"], rtol=1e-9)
    end = "void_layer_thickness [um]"
    assert series(tmp_path / "out")[end].iloc[-1] == pytest.approx(
        series(runs[1])[end].iloc[-1], rel=0.01
    )
