"""Reading run directories, whole, unfinished and damaged."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvista as pv
from synthetic_run import (
    CENTRES,
    FAILURE,
    INCUBATION,
    WIDTH,
    anode_mesh,
    capacity,
    fields,
    write_collection,
    write_run,
)

from lithovoid.machine.errors import ConfigurationError
from lithovoid.postprocess.run import CAPACITY, TIME, Run


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "case", frames=3, size=1.0)


def test_series_nuclei_and_summary_are_read(directory: Path) -> None:
    run = Run(directory)
    assert len(run.series) == 100
    assert run.series[CAPACITY].iloc[-1] == pytest.approx(capacity(FAILURE))
    assert list(run.nuclei["status"]) == ["accepted", "accepted", "accepted", "absorbed"]
    assert run.summary["failure_mode"] == "contact_loss"
    assert run.event_time("incubation") == INCUBATION
    assert run.event_time("protocol_step_end") is None
    assert run.width == pytest.approx(WIDTH)
    assert run.capacity_at(FAILURE / 2) == pytest.approx(capacity(FAILURE / 2))


def test_frames_by_index_and_by_time(directory: Path) -> None:
    run = Run(directory)
    np.testing.assert_allclose(run.frames, [0, FAILURE / 2, FAILURE])
    last = run.frame("anode", -1)
    nearest = run.frame("anode", time=0.8 * FAILURE)
    np.testing.assert_array_equal(last["vacancy_fraction"], nearest["vacancy_fraction"])
    assert last["void"].max() > 0.9
    assert run.frame("anode", 0)["void"].max() == 0.0
    assert run.nearest_frame(0.6 * FAILURE) == 1


def test_what_is_no_run_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such directory"):
        Run(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match=r"no run\.json and no series\.csv"):
        Run(tmp_path)


def test_a_frame_that_does_not_exist_is_said(directory: Path) -> None:
    with pytest.raises(ConfigurationError, match="3 frames: there is no frame 3"):
        Run(directory).frame("anode", 3)
    with pytest.raises(ConfigurationError, match=r"no field file cathode\.pvd"):
        Run(directory).frame("cathode", 0)


@pytest.mark.parametrize("cut", [1, 30])
def test_a_half_written_last_row_is_left_out(tmp_path: Path, directory: Path, cut: int) -> None:
    text = (directory / "series.csv").read_text()
    (tmp_path / "series.csv").write_text(text[:-cut])
    run = Run(tmp_path)
    assert len(run.series) == 99
    assert run.series[TIME].iloc[-1] == pytest.approx(0.99 * FAILURE)
    assert run.summary == {}
    assert run.nuclei.empty
    assert run.scenario == {}


def test_a_half_written_run_json_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"status": "runn')
    run = Run(tmp_path)
    assert run.info == {}
    assert run.series.empty
    assert run.frames.size == 0


def test_adios_fields_are_named_as_unreadable(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    assert "no field files" in str(Run(tmp_path).missing_fields)
    (tmp_path / "fields" / "anode.bp").mkdir(parents=True)
    assert "ADIOS2" in str(Run(tmp_path).missing_fields)


@pytest.mark.parametrize("part", ["anode", "interface"])
@pytest.mark.parametrize("content", [None, "<VTKFile>"])
def test_frames_that_were_not_written_out_do_not_count(
    tmp_path: Path, directory: Path, part: str, content: str | None
) -> None:
    run = tmp_path / "run"
    shutil.copytree(directory, run)
    last = run / "fields" / f"{part}000002.vtu"
    last.unlink()
    if content is not None:
        last.write_text(content)
    np.testing.assert_allclose(Run(run).frames, [0, FAILURE / 2])
    assert (
        Run(run).frame("anode", -1)["void"].max() < Run(directory).frame("anode", -1)["void"].max()
    )


def test_ghost_cells_of_two_ranks_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    folder = tmp_path / "fields"
    folder.mkdir()
    whole = fields(anode_mesh(1.0), FAILURE)
    _write_two_ranks(folder, whole)
    mesh = Run(tmp_path).frame("anode", 0)
    assert mesh.n_cells == whole.n_cells
    assert mesh.n_points == whole.n_points
    assert mesh.area == pytest.approx(whole.area)
    assert mesh["void"].sum() == pytest.approx(whole["void"].sum())


def _write_two_ranks(folder: Path, whole: Any) -> None:
    """Split `whole` at the middle as DOLFINx does: each piece with a layer of ghost cells."""
    x = whole.cell_centers().points[:, 0]
    middle, layer = CENTRES[1], 2.0
    pieces = ((x < middle + layer, x >= middle), (x >= middle - layer, x < middle))
    for rank, (kept, ghost) in enumerate(pieces):
        piece = whole.extract_cells(np.flatnonzero(kept))
        piece.cell_data["vtkGhostType"] = ghost[kept].astype(np.uint8)
        piece.save(folder / f"anode_p{rank}.vtu")
    arrays = "".join(
        f'<PDataArray type="Float64" Name="{name}"/>'
        for name in ("void", "vacancy_fraction", "lithium_fraction")
    )
    (folder / "anode.pvtu").write_text(
        '<?xml version="1.0"?><VTKFile type="PUnstructuredGrid" version="1.0">'
        f'<PUnstructuredGrid GhostLevel="1"><PPointData>{arrays}</PPointData>'
        '<PCellData><PDataArray type="UInt8" Name="vtkGhostType"/></PCellData>'
        '<PPoints><PDataArray type="Float64" NumberOfComponents="3"/></PPoints>'
        '<Piece Source="anode_p0.vtu"/><Piece Source="anode_p1.vtu"/>'
        "</PUnstructuredGrid></VTKFile>"
    )
    write_collection(folder, "anode", [(0.0, "anode.pvtu")])
    assert pv.read(folder / "anode.pvtu").n_cells > whole.n_cells
