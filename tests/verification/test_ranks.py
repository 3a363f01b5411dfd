"""The same run on 1, 2 and 3 processes: the same voids, the same numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from launch import NUCLEATING, run, saved, series, status
from results import INVARIANCE, Case

SOURCE = (
    "The same cell on 1, 2 and 3 processes; largest difference relative to each value of the "
    "series, and of the nuclei (same steps, places, fates)."
)
NOT_PHYSICAL = ("ledger_residual", "newton_iterations", "linear_iterations", "wall_time [s]")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Return run directories by number of processes."""
    folder = tmp_path_factory.mktemp("ranks")
    wider = {"geometry": NUCLEATING["geometry"] | {"width": "12 um"}}
    case = saved(folder / "cell.toml", **(NUCLEATING | wider | {"phase_field": {"l": "0.25 um"}}))
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
def test_a_run_does_not_depend_on_the_ranks(runs: dict[int, Path], ranks: int) -> None:
    with Case("Number of processes", INVARIANCE, SOURCE) as case:
        worst, column = largest_difference(series(runs[1]), series(runs[ranks]))
        name = f"{ranks} processes: series, largest in {column.partition(' ')[0]}"
        case.bound(name, worst, at_most=1e-6)
        one, many = nuclei(runs[1]), nuclei(runs[ranks])
        assert (one["status"] == many["status"]).all()
        worst, _ = largest_difference(one, many)
        case.bound(f"{ranks} processes: {len(one)} nuclei", worst, at_most=1e-6)


def largest_difference(one: pd.DataFrame, other: pd.DataFrame) -> tuple[float, str]:
    """Return the largest relative difference of physical numbers, and its column.

    Relative to each value, but not to what is nothing but round-off. Other columns are equal.
    """
    assert list(one.columns) == list(other.columns)
    assert len(one) == len(other)
    differences = {}
    for column in one.columns.difference(NOT_PHYSICAL):
        if one[column].dtype.kind != "f":
            assert (one[column] == other[column]).all(), column
            continue
        values = np.maximum(np.abs(one[column]), 1e-9 * (np.abs(one[column]).max() or 1.0))
        differences[column] = float((np.abs(one[column] - other[column]) / values).max())
    worst = max(differences, key=lambda column: differences[column])
    return differences[worst], worst
