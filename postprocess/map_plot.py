"""The interdependence map: what fails, when, and how much lithium was usable until then."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from lithovoid.postprocess.axes import BLUE, GREY, ORANGE, VERMILLION, styled
from lithovoid.postprocess.study import CAPACITY, INCUBATION, Statistic, StudyMap, tick

MODES = {
    "contact_loss": (VERMILLION, "contact loss"),
    "mixed": (ORANGE, "mixed"),
    "depletion": (BLUE, "depletion"),
    "none": (GREY, "no failure"),
}
_LETTERS = {"contact_loss": "C", "mixed": "M", "depletion": "D", "none": "-"}
"""Told apart in print without colours, too."""
_NAMES = {
    "anode.x_mg": "magnesium per site $x_{Mg}$",
    "protocol.0.current_density [mA/cm^2]": "current density / mA cm$^{-2}$",
    "temperature [K]": "temperature / K",
}
_EMPTY = "#F2F2F2"

Floats = npt.NDArray[np.float64]
Text = Callable[[int, int], str]


@styled
def interdependence(grid: StudyMap) -> Figure:
    """Draw failure mode, capacities, surface share, incubation and nucleation over the two axes."""
    width = max(0.85 * len(grid.x), 3.0) + 1.1
    height = max(0.5 * len(grid.y), 1.8) + 1.0
    figure = Figure(figsize=(2 * width, 3 * height), layout="constrained")
    axes = figure.subplots(3, 2, sharex=True, sharey=True)
    capacity, incubation = grid.statistic(CAPACITY), grid.statistic(INCUBATION)
    share, nucleated = grid.surface_share(), grid.nucleated_share()
    _modes(axes[0, 0], grid)
    _relative(axes[0, 1], grid)
    _statistic(axes[1, 0], capacity, "capacity / mAh cm$^{-2}$", _log(capacity.median))
    _statistic(axes[1, 1], share, "share of capacity from voids", Normalize(0, 1))
    label = "incubation capacity / mAh cm$^{-2}$"
    _statistic(axes[2, 0], incubation, label, _log(incubation.median), absent=_no_void(grid))
    _tiles(axes[2, 1], nucleated, Normalize(0, 1), lambda r, c: _number(nucleated[r, c]))
    axes[2, 1].set_title("share of runs in which a void nucleates", loc="left", fontsize=9)
    for row in axes:
        row[0].set_ylabel(_NAMES.get(grid.up, grid.up))
    for ax in axes[-1]:
        ax.set_xlabel(_NAMES.get(grid.along, grid.along))
    for ax in axes.flat:
        _ticks(ax, grid)
    return figure


def _modes(axes: Axes, grid: StudyMap) -> None:
    modes = grid.modes()
    for row, cells in enumerate(modes):
        for col, (mode, count, total) in enumerate(cells):
            colour, _ = MODES.get(mode, (_EMPTY, ""))
            axes.add_patch(_tile(row, col, colour, alpha=0.85))
            if total:
                text = f"{_LETTERS.get(mode, mode)} {count}/{total}"
                ink = "black" if colour == ORANGE else "white"
                axes.text(col, row, text, ha="center", va="center", fontsize=8, color=ink)
    found = [m for m in MODES if any(m == cell[0] for cells in modes for cell in cells)]
    labels = {mode: f"{_LETTERS[mode]}: {MODES[mode][1]}" for mode in found}
    handles = [Patch(color=MODES[mode][0], label=labels[mode]) for mode in found]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2,
        handlelength=1.0, columnspacing=1.0,
    )  # fmt: skip


def _statistic(
    axes: Axes, statistic: Statistic, title: str, norm: Normalize, absent: Text | None = None
) -> None:
    def text(row: int, col: int) -> str:
        if np.isnan(statistic.median[row, col]):
            return absent(row, col) if absent else ""
        numbers = [s[row, col] for s in (statistic.median, statistic.low, statistic.high)]
        middle, low, high = (_number(number) for number in numbers)
        return f"{middle}\n{low}–{high}" if low != high else middle

    _tiles(axes, statistic.median, norm, text)
    axes.set_title(title, loc="left", fontsize=9)


def _no_void(grid: StudyMap) -> Text:
    """Say so where there are runs, and a void nucleated in none of them."""
    return lambda row, col: "no void" if len(grid.runs(row, col)) else ""


def _relative(axes: Axes, grid: StudyMap) -> None:
    axes.set_title("capacity relative to lithium (line: 1)", loc="left", fontsize=9)
    ratio = grid.relative_capacity()
    if ratio is None:
        axes.text(0.5, 0.5, "no runs with pure lithium", transform=axes.transAxes, ha="center")
        return
    extent = max(float(np.nanmax(np.abs(np.log10(ratio)))), 0.05)
    values = np.log10(ratio)
    norm = TwoSlopeNorm(0, -extent, extent)
    _tiles(axes, values, norm, lambda r, c: _number(ratio[r, c]), cmap="PuOr_r")
    alloys = values[1:]  # the row of lithium is 1 itself
    crosses = np.nanmin(alloys, initial=0) < 0 < np.nanmax(alloys, initial=0)
    if crosses and min(alloys.shape) > 1:
        place = range(alloys.shape[1]), range(1, len(values))
        axes.contour(*place, alloys, levels=[0.0], colors="black", linewidths=1.6)


def _tiles(axes: Axes, values: Floats, norm: Normalize, text: Text, cmap: str = "cividis") -> None:
    colours = ScalarMappable(norm, cmap)
    for row, col in np.ndindex(*values.shape):
        value = values[row, col]
        colour = _EMPTY if np.isnan(value) else colours.to_rgba(value)
        axes.add_patch(_tile(row, col, colour))
        dark = not isinstance(colour, str) and np.dot(colour[:3], (0.3, 0.59, 0.11)) < 0.5
        ink = "white" if dark else "black"
        axes.text(
            col, row, text(row, col), ha="center", va="center", fontsize=7.5, color=ink,
            linespacing=1.15,
        )  # fmt: skip


def _tile(row: int, col: int, colour: object, alpha: float = 1.0) -> Patch:
    return Rectangle((col - 0.49, row - 0.49), 0.98, 0.98, color=colour, lw=0, alpha=alpha)


def _ticks(axes: Axes, grid: StudyMap) -> None:
    axes.set_xlim(-0.5, len(grid.x) - 0.5)
    axes.set_ylim(-0.5, len(grid.y) - 0.5)
    axes.set_xticks(range(len(grid.x)), [tick(x) for x in grid.x])
    axes.set_yticks(range(len(grid.y)), [tick(y) for y in grid.y])
    axes.tick_params(length=0, labelleft=True, labelbottom=True)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _log(values: Floats) -> Normalize:
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0 or positive.min() == positive.max():
        return Normalize(0, 1)
    return LogNorm(positive.min(), positive.max())


def _number(value: float) -> str:
    """Three significant digits; nothing where there is no value."""
    if np.isnan(value):
        return ""
    return f"{value:#.3g}".rstrip(".") if value else "0"
