"""The ParaView macro, in ParaView, on files that runs on one and two processes wrote."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from container_tools import QUICK, SCENARIOS, bare_run

from lithovoid.postprocess.run import Run

CHECK = Path(__file__).with_name("paraview_check.py")
MACRO = Path(__file__).parents[2] / "postprocess" / "paraview" / "lithovoid_run.py"


def paraview() -> list[str]:
    """Return the words that start pvpython: $PVPYTHON, or that of the system, without a display."""
    if "PVPYTHON" in os.environ:
        return os.environ["PVPYTHON"].split()
    if shutil.which("pvpython") is None:
        pytest.skip("no pvpython: apt-get install paraview python3-paraview, or set PVPYTHON")
    if shutil.which("xvfb-run") is None:
        pytest.skip("no xvfb-run: apt-get install xvfb xauth")
    return ["xvfb-run", "-a", "pvpython"]


@pytest.mark.parametrize("ranks", [1, 2])
def test_the_macro_shows_a_run(tmp_path: Path, ranks: int) -> None:
    command = paraview()
    bare_run(SCENARIOS / QUICK, tmp_path / "out", ranks=ranks)
    run = Run(tmp_path / "out")
    arguments = [str(CHECK), str(MACRO), str(run.directory), str(tmp_path / "picture.png")]
    ended = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, check=False, timeout=300
    )
    lines = [line for line in ended.stdout.splitlines() if line.startswith("FOUND ")]
    assert lines, ended.stdout + ended.stderr
    assert_the_run(json.loads(lines[0].removeprefix("FOUND ")), run)
    assert (tmp_path / "picture.png").stat().st_size > 20_000


def assert_the_run(found: dict[str, Any], run: Run) -> None:
    """ParaView sees the times, the voids and the current density of `run`."""
    assert found["times"] == pytest.approx(run.frames)
    assert found["text"] == f"{run.frames[-1] / 3600:.2f} h"
    last = run.frame("anode", len(run.frames) - 1)
    for name in ("void", "lithium_fraction", "vacancy_fraction"):
        assert found["anode"]["ranges"][name] == pytest.approx(last.get_data_range(name))
    current = run.frame("interface", len(run.frames) - 1).get_data_range("current_density")
    assert found["interface"]["ranges"]["current_density"] == pytest.approx(current)
    assert found["metal"]["ranges"]["void"][1] <= 0.5 + 1e-6
    assert found["voids"]["cells"] > 10
