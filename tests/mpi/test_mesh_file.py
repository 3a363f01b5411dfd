"""A mesh file that lies aslant, with a wide electrolyte, on one and two processes."""

from pathlib import Path

import file_cells
import numpy as np
import pytest
from launch import run, series
from scipy.spatial.transform import Rotation

from lithovoid.case.load import dump_toml

TURN = Rotation.from_euler("xyz", [20, -35, 110], degrees=True).as_matrix()


def test_the_series_does_not_depend_on_the_ranks(tmp_path: Path) -> None:
    mesh = file_cells.wide(2)
    mesh.points = mesh.points @ TURN.T + [3, -5, 1]
    case = file_cells.scenario(
        file_cells.saved(mesh, tmp_path / "cell.msh"),
        geometry={"void": [{"x": "1.2 um", "radius": "0.7 um"}]},
        phase_field={"l": "0.5 um"},
        protocol=[{"step": "strip", "current_density": "0.2 mA/cm^2", "until": {"time": "3 s"}}],
    )
    (tmp_path / "cell.toml").write_text(dump_toml(case))
    for ranks in (1, 2):
        ended = run(tmp_path / "cell.toml", tmp_path / str(ranks), ranks=ranks)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        log = (tmp_path / str(ranks) / "log.txt").read_text()
        assert log.count("mesh of the file: turned by") == 1
        assert "interface 6 um, counter side 9 um; currents" in log
    one, two = (series(tmp_path / str(ranks)) for ranks in (1, 2))
    assert np.allclose(one["current_density [A/m^2]"], 2.0)
    for column in (
        "contact_fraction",
        "cell_voltage [V]",
        "overpotential [V]",
        "mean_void_depth [um]",
    ):
        assert one[column].to_numpy() == pytest.approx(two[column].to_numpy(), rel=1e-7), column


def test_a_mesh_that_is_refused_is_said_once_on_all_ranks(tmp_path: Path) -> None:
    mesh = file_cells.cell(file_cells.axes_of(2))
    mesh.points *= 1e-6
    case = file_cells.scenario(file_cells.saved(mesh, tmp_path / "cell.msh"))
    (tmp_path / "cell.toml").write_text(dump_toml(case))
    ended = run(tmp_path / "cell.toml", tmp_path / "run", ranks=2)
    assert ended.returncode == 1
    assert ended.stderr.count("geometry.unit: does not fit the mesh") == 1
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "run").exists()
