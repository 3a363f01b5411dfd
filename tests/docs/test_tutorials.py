"""Tutorials run as scripts, from anywhere, without a display."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import TUTORIALS

LIMIT_S = 60


@pytest.mark.parametrize("script", TUTORIALS, ids=lambda script: script.stem)
def test_tutorial_runs(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env={**os.environ, "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []
