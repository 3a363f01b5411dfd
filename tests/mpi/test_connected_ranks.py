"""Which metal is connected to the back does not depend on how ranks share the mesh out."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cases import strip
from launch import launcher, run, saved, series, status

PROGRAM = Path(__file__).with_name("connected_metal.py")
FLAT = {"width": "12 um", "anode": "9 um", "interface_size": "0.2 um", "coarse_size": "0.3 um"}
BOX = FLAT | {"width": "3 um", "depth": "3 um", "anode": "3 um", "electrolyte": "1 um"}
BOX |= {"interface_size": "0.25 um", "coarse_size": "0.25 um"}
VOID = {"x": "0 um", "radius": "0.9 um", "depth": "2.5 um"}
LOST = "no metal in contact is connected to the back of the anode"


@pytest.mark.parametrize("geometry", [FLAT, BOX], ids=["2-D", "3-D"])
def test_one_two_and_three_ranks_find_the_same_nodes(
    tmp_path: Path, geometry: dict[str, str]
) -> None:
    case, found = saved(tmp_path / "cell.toml", geometry=geometry), {}
    for ranks in (1, 2, 3):
        result = tmp_path / f"{ranks}.npy"
        command = [*launcher(ranks), sys.executable, str(PROGRAM), str(case), str(result)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert ended.returncode == 0, ended.stderr
        found[ranks] = np.load(result)
    places, values = found[1][:, :3], found[1][:, 3:]
    assert 0 < values.mean() < 1
    assert ((values == 0) | (values == 1)).all()
    for ranks in (2, 3):
        assert found[ranks][:, :3] == pytest.approx(places, abs=1e-9)
        np.testing.assert_array_equal(found[ranks][:, 3:], values, err_msg=f"{ranks} ranks")


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_run_that_loses_its_last_connected_contact_ends_cleanly(
    tmp_path: Path, ranks: int
) -> None:
    """The neck between a void and the side of the cell is thinner than its wall, and closes."""
    case = saved(
        tmp_path / "cell.toml",
        geometry={"interface_size": "0.125 um", "void": [VOID]},
        protocol=[strip(time="1 h"), {"step": "rest", "until": {"time": "1 h"}}],
    )
    out = tmp_path / "out"
    ended = run(case, out, ranks=ranks)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = status(out)
    assert (found["status"], found["exit_code"]) == ("finished", 0)
    assert found["stop_reason"] == LOST
    assert found["summary"]["failure_mode"] == "contact_loss"
    assert found["summary"]["failure_cause"] == LOST
    table = series(out)
    assert len(table) > 2
    assert table["contact_fraction"].iloc[0] > 0.99
    assert found["summary"]["steps"] == table["step"].iloc[-1]
    assert (out / "checkpoints" / f"step-{table['step'].iloc[-1]}.h5").exists()
