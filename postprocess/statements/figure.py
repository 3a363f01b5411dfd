"""The trends behind the statements, in one figure."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, NullLocator

from lithovoid.postprocess.axes import BLUE, GREEN, GREY, ORANGE, SKY, VERMILLION, styled
from lithovoid.postprocess.statements.base import DEPTH, NUCLEI, SHARE, THICKNESS, WIDTH, Ensemble
from lithovoid.postprocess.study import CAPACITY, INCUBATION

COLOURS = (VERMILLION, ORANGE, GREEN, SKY, BLUE, GREY)
MARKERS = ("o", "s", "^", "D", "v", "P")
"""Compositions are told apart without colours, too."""
CURRENT_LABEL = "current density / mA cm$^{-2}$"


@styled
def trends(e: Ensemble) -> Figure:
    """Draw medians and ranges of what the statements compare, against the current."""
    figure = Figure(figsize=(11, 6.2), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True)
    _panel(axes[0, 0], e, INCUBATION, "incubation capacity / mAh cm$^{-2}$", log=True)
    _panel(axes[0, 1], e, CAPACITY, "capacity / mAh cm$^{-2}$", log=True)
    _panel(axes[0, 2], e, THICKNESS, "void layer at failure / µm")
    _panel(axes[1, 0], e, NUCLEI, "nuclei")
    _ratio(axes[1, 1], e, (DEPTH, WIDTH), "depth / width of voids at failure")
    _panel(axes[1, 2], e, SHARE, "share of capacity from voids")
    for ax in axes.flat:
        ax.set_xticks(e.currents, [f"{current:g}" for current in e.currents])
        ax.xaxis.set_minor_locator(NullLocator())
    for ax in axes[1]:
        ax.set_xlabel(CURRENT_LABEL)
    axes[0, 0].legend(title="$x_{Mg}$", ncols=2)
    return figure


def _panel(axes: Axes, e: Ensemble, column: str, label: str, *, log: bool = False) -> None:
    for x_mg, colour, marker in zip(e.x_mg, COLOURS, MARKERS, strict=False):
        median = e.by_current(column, x_mg)
        runs = [e.runs(x_mg, current)[column] for current in e.currents]
        low = np.where(np.isfinite(median), [r.min() for r in runs], np.nan)
        high = np.where(np.isfinite(median), [r.max() for r in runs], np.nan)
        axes.fill_between(e.currents, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(e.currents, median, color=colour, marker=marker, label=f"{x_mg:g}", markersize=4)
    axes.set_xscale("log")
    if log:
        axes.set_yscale("log")
        plain_numbers(axes.yaxis)
    axes.set_title(label, loc="left", fontsize=9)


def plain_numbers(axis: Axis) -> None:
    """Label a logarithmic axis with numbers instead of powers of ten."""
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(LogFormatter(labelOnlyBase=False, minor_thresholds=(1.5, 0.5)))


def _ratio(axes: Axes, e: Ensemble, columns: tuple[str, str], label: str) -> None:
    for x_mg, colour, marker in zip(e.x_mg, COLOURS, MARKERS, strict=False):
        above, below = (e.by_current(column, x_mg) for column in columns)
        ratio = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
        axes.plot(e.currents, ratio, color=colour, marker=marker, markersize=4)
    axes.set_xscale("log")
    axes.set_ylim(bottom=0)
    axes.set_title(label, loc="left", fontsize=9)
