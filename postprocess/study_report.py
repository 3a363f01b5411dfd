"""The report of a study: the interdependence map, and one HTML page that needs nothing else."""

import base64
from pathlib import Path
from typing import Any

import pandas as pd

from lithovoid.measure.record import RECORD
from lithovoid.measure.whole_run import of_summary
from lithovoid.postprocess.axes import save
from lithovoid.postprocess.map_plot import MODES, interdependence
from lithovoid.postprocess.page import render
from lithovoid.postprocess.sensitivity import Indices, plot_indices, sobol_indices
from lithovoid.postprocess.study import CAPACITY, INCUBATION, MODE, StudyMap, StudyResults, tick
from lithovoid.postprocess.tables import number

_DPI = 220
_FORMATS = ("png", "svg", "pdf")


def write_study_report(directory: Path) -> Path:
    """Write ``report/`` into the study directory and return the path of its ``index.html``.

    The map is also written as SVG and PDF. Raises ConfigurationError if `directory` is no study
    directory.
    """
    results = StudyResults(directory)
    target = results.directory / "report"
    target.mkdir(exist_ok=True)
    axes = results.map_axes()
    grid = StudyMap(results, *axes) if axes and not results.finished.empty else None
    figures = {}
    if grid is not None:
        figures["map"] = _save(interdependence(grid), target, "map")
    indices = sobol_indices(results)
    if indices:
        figures["sensitivity"] = _save(plot_indices(indices), target, "sensitivity")
        _index_table(indices).to_csv(target / "sensitivity.csv", index=False)
    page = target / "index.html"
    page.write_text(_page(results, grid, figures, indices), encoding="utf-8")
    return page


def _save(figure: Any, target: Path, name: str) -> str:
    """Write `figure` in all formats; return its PNG in base64."""
    for suffix in _FORMATS:
        save(figure, target / f"{name}.{suffix}", dpi=_DPI)
    return base64.b64encode((target / f"{name}.png").read_bytes()).decode("ascii")


def _index_table(indices: list[Indices]) -> pd.DataFrame:
    return pd.concat(
        [one.table.assign(output=one.output, condition=one.condition) for one in indices]
    )


def _page(
    results: StudyResults,
    grid: StudyMap | None,
    figures: dict[str, str],
    indices: list[Indices],
) -> str:
    states = results.table["state"].value_counts()
    failed = results.table[results.table["state"] == "failed"]
    return render(
        "study.html",
        title=results.study.get("title") or results.directory.resolve().name,
        name=results.directory.resolve().name,
        states=", ".join(f"{count} {state}" for state, count in states.items()),
        figures=figures,
        grid=grid and _grid(results, grid),
        failed=failed[["name", "reason"]].to_dict("records"),
        indices=indices,
        number=number,
    )


def _grid(results: StudyResults, grid: StudyMap) -> dict[str, Any]:
    """The cells of the map for the page, the highest row first as in the figure."""
    rows = [
        {
            "y": tick(y),
            "cells": [_cell(results, grid.runs(row, col)) for col in range(len(grid.x))],
        }
        for row, y in reversed(list(enumerate(grid.y)))
    ]
    capacity, incubation = (of_summary(RECORD)[key] for key in (CAPACITY, INCUBATION))
    medians = f"{capacity.label} and {incubation.label} in {capacity.unit}"
    return {
        "medians": medians,
        "along": grid.along,
        "up": grid.up,
        "x": [tick(x) for x in grid.x],
        "rows": rows,
    }


def _cell(results: StudyResults, runs: pd.DataFrame) -> dict[str, Any]:
    medians = {"capacity": runs[CAPACITY].median(), "incubation": runs[INCUBATION].median()}
    modes = runs[MODE].value_counts()
    return {
        **{name: number(value) for name, value in medians.items()},
        "modes": [(MODES.get(str(m), ("", str(m)))[1], int(n)) for m, n in modes.items()],
        "runs": [_link(results.directory, str(name)) for name in runs["name"]],
    }


def _link(directory: Path, name: str) -> tuple[str, str]:
    """Return a run's name and the place of its report, or of its directory; "" without one."""
    run = directory / "runs" / name
    if (run / "report" / "index.html").is_file():
        return name, f"../runs/{name}/report/index.html"
    return name, f"../runs/{name}/" if run.is_dir() else ""
