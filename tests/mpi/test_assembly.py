"""Fields assembled together have the residual and the Jacobian of fields assembled one by one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from assembly_difference import CELLS
from launch import launcher

PROGRAM = Path(__file__).with_name("assembly_difference.py")


@pytest.mark.parametrize("ranks", [1, 2, 3])
@pytest.mark.parametrize("name", CELLS)
def test_it_is_what_dolfinx_assembles_field_by_field(name: str, ranks: int) -> None:
    command = [*launcher(ranks), sys.executable, str(PROGRAM), name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    differences = json.loads(ended.stdout)
    assert differences["residual"] < 1e-9
    assert differences["jacobian"] < 1e-12  # diagonals are small in voids, where little moves
