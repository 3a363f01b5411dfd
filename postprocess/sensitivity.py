"""Sobol indices of a study whose samples are arranged for them (SALib).

First-order index: share of the variance of an output that a parameter explains alone; total index:
share that would vanish if it were known. I. M. Sobol, Math. Comput. Simul. 55, 271 (2001).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from SALib.analyze.sobol import analyze

from lithovoid.postprocess.axes import BLUE, ORANGE, new_figure, styled
from lithovoid.postprocess.study import CAPACITY, INCUBATION, StudyResults, tick

Measure = Callable[[pd.DataFrame], "pd.Series[float]"]

OUTPUTS: dict[str, Measure] = {
    "capacity until depletion": lambda runs: runs[CAPACITY],
    "capacity until the first void, or depletion": lambda runs: runs[INCUBATION].fillna(
        runs[CAPACITY]
    ),
    "a void nucleates before depletion": lambda runs: runs[INCUBATION].notna().astype(float),
}


@dataclass(frozen=True)
class Indices:
    """Indices of one output at one condition.

    table: columns parameter, first, first_confidence, total, total_confidence (95 %).
    """

    output: str
    condition: str
    table: pd.DataFrame


def sobol_indices(results: StudyResults) -> list[Indices]:
    """Return the indices of all outputs that vary, at each condition of the axes.

    Empty where the study has no design of Saltelli's kind, or runs are missing.
    """
    design = results.study.get("design") or {}
    if design.get("method") != "saltelli" or len(results.finished) < len(results.table):
        return []
    names = [parameter["key"] for parameter in design["parameters"]]
    groups = (
        results.table.groupby(results.axes, sort=False) if results.axes else [((), results.table)]
    )
    found = []
    for values, runs in groups:
        condition = ", ".join(f"{a} = {tick(v)}" for a, v in zip(results.axes, values, strict=True))
        for output, measure in OUTPUTS.items():
            y = measure(runs).to_numpy(float)
            if np.ptp(y) > 1e-9 * np.abs(y).max():
                found.append(Indices(output, condition, _analyse(names, y)))
    return found


def _analyse(names: list[str], y: Any) -> pd.DataFrame:
    problem = {"num_vars": len(names), "names": names}
    result: Any = analyze(problem, y, calc_second_order=False, seed=1)
    columns = {
        "first": "S1",
        "first_confidence": "S1_conf",
        "total": "ST",
        "total_confidence": "ST_conf",
    }
    return pd.DataFrame({"parameter": names, **{k: result[v] for k, v in columns.items()}})


@styled
def plot_indices(indices: list[Indices]) -> Figure:
    """Draw first-order and total indices with their 95 % confidence intervals."""
    columns = min(len(indices), 3)
    rows = -(-len(indices) // columns)
    figure, axes = new_figure(rows, columns, (4.3 * columns, 2.4 * rows))
    for ax, one in zip(axes, indices, strict=False):
        y = np.arange(len(one.table))
        for offset, kind, colour in ((0.17, "first", BLUE), (-0.17, "total", ORANGE)):
            error = one.table[f"{kind}_confidence"]
            ax.barh(y + offset, one.table[kind], 0.32, xerr=error, color=colour, label=kind)
        ax.set_yticks(
            y, [name.rpartition(".")[2].replace("_", " ") for name in one.table["parameter"]]
        )
        ax.set_title(f"{one.output}\n{one.condition}", loc="left", fontsize=8)
        ax.set_xlim(0, 1.1)
        ax.set_xlabel("Sobol index")
    for ax in axes[len(indices) :]:
        ax.set_visible(False)
    axes[0].legend(loc="lower right")
    return figure
