"""What the figures share: colours, type, and the quantity on the horizontal axis."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lithovoid.postprocess.run import CAPACITY, TIME, Run

# M. Okabe, K. Ito, "Color Universal Design" (2008): told apart by colour-blind readers.
BLUE, ORANGE, VERMILLION, GREEN, SKY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#56B4E9"
GREY = "#6E6E6E"

CAPACITY_LABEL = "areal capacity / mAh cm$^{-2}$"
TIME_LABEL = "time / h"
_ROUND_OFF = 1e-9  # mAh/cm^2

_STYLE: dict[Any, Any] = {
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.handlelength": 1.8,
    "legend.columnspacing": 1.4,
    "mathtext.default": "regular",
    "hatch.linewidth": 0.6,
}
_DEFAULTS: dict[Any, Any] = {
    name: matplotlib.rcParamsDefault[name] for name in matplotlib.rcParamsDefault
}
_DEFAULTS.pop("backend")  # figures without a window have none
_SHADES = {"rest": ("#EDEDED", "rest"), "plate": ("#DCEBF7", "plating")}


@dataclass(frozen=True)
class Abscissa:
    """A quantity that grows with time, to be drawn along the horizontal axis."""

    label: str
    time: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    def at(self, time: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the value at `time` in s, interpolated between the accepted steps."""
        return np.asarray(np.interp(np.asarray(time, float), self.time, self.values))


def by_capacity(series: pd.DataFrame) -> Abscissa:
    """Areal capacity in mAh/cm^2."""
    return Abscissa(CAPACITY_LABEL, series[TIME].to_numpy(float), series[CAPACITY].to_numpy(float))


def by_time(series: pd.DataFrame) -> Abscissa:
    """Time in h."""
    time = series[TIME].to_numpy(float)
    return Abscissa(TIME_LABEL, time, time / 3600)


def only_strips(series: pd.DataFrame) -> bool:
    """Whether the capacity only grows: with rests or plating it is no measure of progress."""
    falls = np.diff(series[CAPACITY].to_numpy(float)) < -_ROUND_OFF
    return not (falls.any() or series["step_kind"].isin(list(_SHADES)).any())


def abscissa(series: pd.DataFrame) -> Abscissa:
    """Return capacity where it only grows, otherwise time."""
    return by_capacity(series) if only_strips(series) else by_time(series)


def style() -> AbstractContextManager[None]:
    """Return the style of all figures: that of this package over the defaults of Matplotlib.

    What the user has set, in a matplotlibrc or else, plays no part.
    """
    return matplotlib.rc_context({**_DEFAULTS, **_STYLE})


def save(figure: Figure, path: Path, **options: Any) -> None:
    """Write `figure` to the file `path`; some settings count only now."""
    with style():
        figure.savefig(path, **options)


def styled[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Give the figure that `draw` returns the style of all figures."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with style():
            return draw(*args, **kwargs)

    return drawn


def new_figure(rows: int, columns: int, size: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Return a figure of `size` in inches and its axes, row by row, sharing columns' abscissae."""
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(rows, columns, sharex="col", squeeze=False)
    return figure, list(axes.flat)


def legend_above(axes: Axes) -> None:
    """Put the legend in one line above the axes, where it hides no data."""
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=4, borderaxespad=0.2)


def mark_events(axes: Axes, run: Run, x: Abscissa, *, label: bool = False) -> None:
    """Draw a line at the first void and shade rests and plating; `label` writes their names."""
    incubation = run.event_time("incubation")
    if incubation is not None:
        position = float(x.at(incubation))
        axes.axvline(position, color=GREY, lw=0.9, ls=(0, (4, 3)), zorder=0)
        if label:
            axes.annotate(
                "first void",
                (position, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(3, -2),
                textcoords="offset points",
                va="top",
                color=GREY,
                fontsize=8,
            )
    if x.label == TIME_LABEL:
        _shade(axes, run.series, label=label)


def _shade(axes: Axes, series: pd.DataFrame, *, label: bool) -> None:
    """Colour the background of the protocol steps that are not stripping."""
    hours = series[TIME].to_numpy(float) / 3600
    start = 0.0
    for _, rows in series.groupby("protocol_step", sort=True):
        end, kind = hours[rows.index[-1]], rows["step_kind"].iloc[0]
        if kind in _SHADES:
            colour, name = _SHADES[kind]
            axes.axvspan(start, end, color=colour, lw=0, zorder=-1)
            if label:
                place: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "va": "bottom"}
                middle = (start + end) / 2
                axes.text(middle, 0.02, name, ha="center", color=GREY, fontsize=8, **place)
        start = end
