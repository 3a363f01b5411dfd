"""Three dimensions and the iterative solver on one and two processes: the same numbers."""

from pathlib import Path

import pytest
from cases import strip
from launch import run, saved, series

CELL = {
    "geometry": {
        "width": "3 um",
        "depth": "2 um",
        "anode": "3 um",
        "electrolyte": "1 um",
        "interface_size": "0.25 um",
        "void": [{"x": "1 um", "radius": "0.5 um"}],
    },
    "numerics": {"solver": "iterative"},
    "protocol": [strip("0.1 mA/cm^2", time="1 s")],
}


def test_the_series_does_not_depend_on_the_ranks(tmp_path: Path) -> None:
    case = saved(tmp_path / "cell.toml", **CELL)
    for ranks in (1, 2):
        ended = run(case, tmp_path / str(ranks), ranks=ranks)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    one, two = (series(tmp_path / str(ranks)) for ranks in (1, 2))
    assert len(one) == len(two) > 3
    assert (one["void_count"] == 1).all()
    columns = [
        "contact_fraction",
        "cell_voltage [V]",
        "void_layer_thickness [um]",
        "mean_void_width [um]",
    ]
    for column in columns:
        assert one[column].to_numpy() == pytest.approx(two[column].to_numpy(), rel=1e-7), column
    timing = [
        len((tmp_path / str(ranks) / "timing.csv").read_text().splitlines()) for ranks in (1, 2)
    ]
    assert timing == [len(one) + 1] * 2
