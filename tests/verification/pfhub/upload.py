"""Results in the format in which PFHub takes them: a folder with pfhub.yaml and tables.

Keys after the template of the PFHub command-line tool (github.com/usnistgov/pfhub-cli,
`pfhub.schema.mustache`) and its schema (github.com/usnistgov/pfhub-schema). JSON is YAML, so the
file needs no library of its own.
"""

import csv
import json
import os
import platform
import resource
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from results import FOLDER_VARIABLE

import lithovoid

SCHEMA = "https://github.com/usnistgov/pfhub-schema/tree/2b06531/project"
SOURCE = "tests/verification/pfhub in the repository of Lithovoid"
"""Before an upload, put a public address here, and the contributors in."""
FOLDER = "pfhub"
"""Next to the folder of the verification's cases."""

Table = Mapping[str, Sequence[float]]


def save_upload(problem: str, summary: str, tables: Mapping[str, Table], end: float) -> None:
    """Write the upload of `problem` under make verify; else do nothing."""
    if FOLDER_VARIABLE in os.environ:
        folder = Path(os.environ[FOLDER_VARIABLE]).parent / FOLDER / problem
        write_upload(folder, problem, summary, tables, end)


def write_upload(
    folder: Path, problem: str, summary: str, tables: Mapping[str, Table], end: float
) -> None:
    """Write `folder`/pfhub.yaml and one CSV file per table.

    `problem` is benchmark, part and version, such as "1b.1"; `tables` map the name of a data set,
    such as "free_energy", to its columns; `end` is the last time of the simulation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            rows = zip(*columns.values(), strict=True)
            writer.writerows([f"{value:.9g}" for value in row] for row in rows)
    text = json.dumps(_description(problem, summary, tables, end), indent=2)
    (folder / "pfhub.yaml").write_text(f"---\n{text}\n", encoding="utf-8")


def _description(
    problem: str, summary: str, tables: Mapping[str, Table], end: float
) -> dict[str, object]:
    framework = {
        "url": SOURCE,
        "name": "lithovoid",
        "download": SOURCE,
        "version": lithovoid.__version__,
    }
    data = [{"name": f"{name}.csv", "columns": list(columns)} for name, columns in tables.items()]
    hardware = {"architecture": platform.machine(), "cores": 1, "nodes": 1}
    return {
        "id": f"lithovoid_{problem.replace('.', '_')}",
        "benchmark_problem": problem,
        "date_created": date.today().isoformat(),
        "schema": {"url": SCHEMA},
        "summary": summary,
        "contributors": [{"id": "lithovoid", "name": "Lithovoid", "affiliation": [], "email": ""}],
        "framework": [framework],
        "implementation": {"url": SOURCE},
        "results": {
            "dataset_temporal": data,
            "hardware": hardware,
            "fictive_time": end,
            "memory_in_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
            "time_in_s": round(time.process_time(), 1),
        },
    }
