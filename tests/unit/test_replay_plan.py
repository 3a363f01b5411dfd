from pathlib import Path

import numpy as np
import pytest

from lithovoid.hooks.replay import read_plan
from lithovoid.machine.errors import ConfigurationError
from lithovoid.voids.nuclei import NUCLEUS

HEADER = ",".join(result.header for result in NUCLEUS.values())


def row(time: object, x: object = 1.5, status: str = "accepted", opened: object = "") -> str:
    return f"0,3,{time},0.1,{x},2.5,0.25,0.5,1e9,0,{status},{opened}"


def saved(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_accepted_nuclei_come_in_the_order_of_time(tmp_path: Path) -> None:
    rows = row(9), row(5, status="waiting"), row(1, 3.0, opened=2)
    path = saved(tmp_path / "nuclei.csv", HEADER, *rows)
    plan = read_plan(path, 2)
    assert [nucleus.time for nucleus in plan] == [2.0, 9.0]  # when they opened, where that is said
    np.testing.assert_array_equal(plan[0].point, [3.0, 0.25])
    np.testing.assert_array_equal(read_plan(path, 3)[1].point, [1.5, 2.5, 0.25])


def test_a_plan_without_nuclei_is_empty(tmp_path: Path) -> None:
    assert read_plan(saved(tmp_path / "nuclei.csv", HEADER), 2) == []


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            (HEADER.replace("time [s]", "time"), row(1)),
            "column 'time' needs its unit: write 'time ",
        ),
        ((HEADER, row("soon")), "line 2, column 'time': no number"),
        ((HEADER, row(1), row(2).rpartition(",")[0]), "a row is incomplete"),
        ((HEADER, row("nan")), "must be finite"),
        ((HEADER, row(1, "inf")), "must be finite"),
    ],
)
def test_files_that_are_no_plan_are_refused(
    tmp_path: Path, lines: tuple[str, ...], message: str
) -> None:
    path = saved(tmp_path / "nuclei.csv", *lines)
    with pytest.raises(ConfigurationError, match=f"nucleation.replay_file: .*{message}"):
        read_plan(path, 2)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        read_plan(tmp_path / "none.csv", 2)
    binary = tmp_path / "mesh.msh"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ConfigurationError, match=r"nucleation\.replay_file"):
        read_plan(binary, 2)
