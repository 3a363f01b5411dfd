"""The map of the reduced model against the runs with voids, with its uncertainty."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from lithovoid.postprocess.axes import GREY, styled
from lithovoid.postprocess.statements.base import CURRENT
from lithovoid.postprocess.statements.figure import COLOURS, CURRENT_LABEL, plain_numbers
from lithovoid.postprocess.study import COMPOSITION, FAILURE, INCUBATION, QUANTILES, StudyResults


@styled
def against_runs(
    planar: StudyResults, reduced: StudyResults, uncertain: StudyResults | None
) -> Figure:
    """Draw incubation and depletion against the current, a colour for each composition.

    Lines: `reduced`, the reduced model with the default parameters; bands: `uncertain`, its
    samples; points with bars: runs in two dimensions, median and range, where most of them have a
    void. Depletion is that of runs in which no void nucleated.
    """
    figure = Figure(figsize=(8.6, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    compositions = np.sort(reduced.finished[COMPOSITION].unique())
    for x_mg, colour in zip(compositions, COLOURS, strict=False):
        for axes, column in ((left, INCUBATION), (right, FAILURE)):
            if uncertain is not None:
                _band(axes, uncertain, x_mg, column, colour)
            line = _of(reduced, x_mg).sort_values(CURRENT)
            axes.plot(
                line[CURRENT], line[column], ".-", color=colour, label=f"{x_mg:g}", markersize=3
            )
            _points(axes, planar, x_mg, column, colour)
    for axes, title in ((left, "first void"), (right, "depletion, without voids")):
        axes.set(xscale="log", yscale="log", xlabel=CURRENT_LABEL)
        plain_numbers(axes.xaxis)
        plain_numbers(axes.yaxis)
        axes.set_title(f"capacity until {title} / mAh cm$^{{-2}}$", loc="left", fontsize=9)
    left.legend(title="$x_{Mg}$", ncols=2)
    right.legend(handles=_key(uncertain is not None), loc="lower left")
    return figure


def _of(study: StudyResults, x_mg: float) -> pd.DataFrame:
    return pd.DataFrame(study.finished[study.finished[COMPOSITION] == x_mg])


def _band(axes: Axes, study: StudyResults, x_mg: float, column: str, colour: str) -> None:
    """Quantiles of the samples, where at least half of them have a value."""
    groups = _of(study, x_mg).groupby(CURRENT)[column]
    enough = groups.count() * 2 > groups.size()
    low, high = (groups.quantile(q)[enough] for q in QUANTILES)
    axes.fill_between(low.index, low, high, color=colour, alpha=0.13, linewidth=0)


def _points(axes: Axes, study: StudyResults, x_mg: float, column: str, colour: str) -> None:
    runs = _of(study, x_mg)
    if column == FAILURE:
        runs = runs[runs["nuclei"] == 0]
    groups = runs.groupby(CURRENT)[column]
    groups = runs[groups.transform("count") * 2 > groups.transform("size")].groupby(CURRENT)[column]
    middle = groups.median()
    spread = [middle - groups.min(), groups.max() - middle]
    axes.errorbar(
        middle.index, middle, yerr=spread, fmt="o", color=colour, markersize=4, elinewidth=0.9
    )


def _key(samples: bool) -> list[Line2D | Patch]:
    low, high = (f"{100 * q:g}" for q in QUANTILES)
    band = Patch(color=GREY, alpha=0.2, label=f"its samples, {low} to {high} %")
    return [
        Line2D([], [], color=GREY, label="reduced model"),
        *([band] if samples else []),
        Line2D([], [], color=GREY, marker="o", ls="", markersize=4, label="two dimensions"),
    ]
