"""The files for PFHub: complete, and readable by those who know only its schema."""

import csv
import json
from pathlib import Path

import pytest
from upload import write_upload

TEMPORAL = {"time": [0.0, 1.0, 2.5], "free_energy": [319.0433, 318.8, 318.1234567]}
REQUIRED = {
    "id",
    "benchmark_problem",
    "date_created",
    "schema",
    "summary",
    "contributors",
    "framework",
    "implementation",
    "results",
}


def test_an_upload_holds_what_the_schema_asks_for(tmp_path: Path) -> None:
    write_upload(tmp_path / "1b", "1b.1", "BDF2, P2", {"free_energy": TEMPORAL}, 2.5)
    text = (tmp_path / "1b" / "pfhub.yaml").read_text()
    description = json.loads(text.removeprefix("---\n"))
    assert set(description) == REQUIRED
    assert description["benchmark_problem"] == "1b.1"
    results = description["results"]
    assert results["fictive_time"] == 2.5
    assert results["memory_in_kb"] > 0
    assert results["dataset_temporal"] == [
        {"name": "free_energy.csv", "columns": ["time", "free_energy"]}
    ]


def test_tables_are_written_with_their_columns(tmp_path: Path) -> None:
    write_upload(tmp_path, "1b.1", "", {"free_energy": TEMPORAL}, 2.5)
    with (tmp_path / "free_energy.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["time"]) for row in rows] == TEMPORAL["time"]
    assert float(rows[2]["free_energy"]) == pytest.approx(318.1234567, rel=1e-8)


def test_columns_of_unequal_length_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zip"):
        write_upload(tmp_path, "1b.1", "", {"a": {"time": [0.0], "x": [1.0, 2.0]}}, 1.0)
