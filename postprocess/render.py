"""Pictures of the anode with its voids: when the first void appeared, half way, and at the end."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar  # type: ignore[import-untyped]

from lithovoid.postprocess import scene
from lithovoid.postprocess.axes import VERMILLION, styled
from lithovoid.postprocess.run import Run
from lithovoid.postprocess.voids import void_statistics

VACANCY, LITHIUM = "vacancy_fraction", "lithium_fraction"
_FIELD_LABELS = {
    VACANCY: "vacancy fraction in the metal",
    LITHIUM: "lithium per lattice site of the metal",
}
_TALLEST = 6.0  # inches of a picture
_FLAT = 3.0  # aspect ratio from which on pictures lie below each other
_ROW = 8.0  # inches, their width
_BAR = 0.9  # inches of width that a scale bar with its words needs
_CURRENT_LABEL = "current density at the interface / A m$^{-2}$"


@dataclass(frozen=True)
class Moment:
    """A frame worth seeing."""

    name: str
    index: int


def moments(run: Run) -> list[Moment]:
    """Return the frames at incubation (or the start), half way, and at the end, without repeats."""
    times = run.frames
    last = len(times) - 1
    incubation, failure = run.event_time("incubation"), run.event_time("failure")
    first = 0 if incubation is None else min(int(np.searchsorted(times, incubation)), last)
    half = run.nearest_frame((times[first] + times[last]) / 2)
    named = {
        first: "start" if incubation is None else "first void",
        half: "half way",
        last: "end" if failure is None else "failure",
    }
    return [Moment(named[index], index) for index in sorted(named)]


class Gallery:
    """The pictures of a run; all share the limits of their colours, so that they compare.

    Parameters
    ----------
    field
        What colours the metal: ``vacancy_fraction`` or ``lithium_fraction``.

    Raises
    ------
    ConfigurationError
        If the run has no field files that can be read.
    """

    def __init__(self, run: Run, field: str = VACANCY) -> None:
        self.run = run
        self.moments = moments(run)
        self.states = [scene.read_state(run, moment.index) for moment in self.moments]
        self.colours = scene.common_colours(self.states, field)
        self.whole = scene.whole(self.states)
        self.layer = zoom(self.states)

    @styled
    def contact_sheet(self) -> Figure:
        """Draw all moments side by side: the layer of the anode in which the voids are."""
        count = len(self.moments)
        ratio = self.layer.ratio if self.dimension == 2 else scene.PERSPECTIVE_RATIO
        canvas = _Canvas([ratio] * count, 3.4 * count, self.colours)
        for place, (moment, state) in enumerate(zip(self.moments, self.states, strict=True)):
            self._overview(canvas, place, state, self.layer)
            canvas.axes[place].set_title(_caption(self.run, moment), loc="left", fontsize=9)
        return canvas.figure

    @styled
    def picture(self, number: int) -> Figure:
        """Draw one of the moments: the whole cell, and beside it the layer with the voids."""
        state, layer = self.states[number], self.layer
        ratio = self.whole.ratio if self.dimension == 2 else scene.PERSPECTIVE_RATIO
        canvas = _Canvas([ratio, layer.ratio], 8.0, self.colours)
        self._overview(canvas, 0, state, self.whole)
        canvas.draw_section(1, state, layer)
        whole, close = canvas.axes
        # not above the whole cell, which may be narrower than any words
        canvas.title(_caption(self.run, self.moments[number]))
        close.set_title(f"the {layer.height:.2g} µm next to the interface", loc="left", fontsize=9)
        if self.dimension == 2:
            corner, size = (layer.left, layer.bottom), (layer.width, layer.height)
            frame = Rectangle(corner, *size, fill=False, ec=VERMILLION, lw=1.4, clip_on=False)
            whole.add_patch(frame)
        return canvas.figure

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return self.states[0].dimension

    def _overview(
        self, canvas: "_Canvas", place: int, state: scene.State, window: scene.Window
    ) -> None:
        if self.dimension == 2:
            canvas.draw_section(place, state, window)
            return
        canvas.axes[place].set_axis_off()
        canvas.axes[place].imshow(scene.perspective(state, self.colours))


def zoom(states: list[scene.State]) -> scene.Window:
    """Return the layer of the anode that holds the voids, about three times their depth."""
    everything = scene.whole(states)
    tables = [void_statistics(state.anode, state.interface).table for state in states]
    depth = max((float(t["depth [um]"].max()) for t in tables if len(t)), default=0.0)
    top = min(max(3 * depth, 0.4 * everything.width), everything.top)
    bottom = max(-0.08 * everything.width, everything.bottom)
    return scene.Window(everything.left, everything.right, bottom, top)


def _round_length(length: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above `length`."""
    power = 10.0 ** np.floor(np.log10(length))
    return float(max(step * power for step in (1, 2, 5) if step * power <= length))


def _caption(run: Run, moment: Moment) -> str:
    time = float(run.frames[moment.index])
    return f"{moment.name}: {time / 3600:.3g} h, {run.capacity_at(time):.3g} mAh cm$^{{-2}}$"


class _Canvas:
    """A figure of pictures above colour bars, `width` inches wide.

    Pictures, of the aspect `ratios`, stand side by side; flat ones lie below each other. None is
    taller than a page.
    """

    def __init__(self, ratios: list[float], width: float, colours: scene.Colours) -> None:
        self._colours, self._ratios = colours, ratios
        count, flat = len(ratios), min(ratios) > _FLAT
        if flat:
            width = _ROW
            self._heights = [0.94 * width / ratio for ratio in ratios]
            grid: dict[str, Any] = {"nrows": count, "height_ratios": self._heights}
            pictures = sum(self._heights) + 0.3 * (count - 1)
        else:
            pictures = min(0.94 * width / sum(ratios), _TALLEST)
            self._heights = [pictures] * count
            grid = {"ncols": count, "width_ratios": ratios}
        self.figure = Figure(figsize=(width, pictures + 1.15), layout="constrained")
        parts = self.figure.subfigures(2, 1, squeeze=False, height_ratios=[pictures + 0.5, 0.65])
        self._above, below = parts.flat
        self.axes: list[Axes] = list(self._above.subplots(squeeze=False, **grid).flat)
        self._colour_bars(below)

    def title(self, text: str) -> None:
        """Put `text` above all pictures."""
        self._above.suptitle(text, x=0.01, ha="left", fontsize=9)

    def draw_section(self, place: int, state: scene.State, window: scene.Window) -> None:
        """Draw the x-z plane of `state`, with a scale bar where there is room for its words."""
        axes = self.axes[place]
        axes.set_axis_off()
        axes.set_anchor("NW")
        axes.imshow(scene.image(state.section(), window, self._colours), extent=window.extent)
        if self._heights[place] * self._ratios[place] > _BAR:
            _add_scale_bar(axes, window)

    def _colour_bars(self, below: Any) -> None:
        colours = self._colours
        bars = (
            (_FIELD_LABELS.get(colours.field, colours.field), colours.metal, scene.METAL_MAP),
            (_CURRENT_LABEL, colours.current, scene.CURRENT_MAP),
        )
        for bar, (label, limits, colour_map) in zip(below.subplots(1, 2), bars, strict=True):
            scale = ScalarMappable(Normalize(*limits), colour_map)
            place: dict[str, Any] = {"cax": bar, "orientation": "horizontal"}
            below.colorbar(scale, label=label, ticks=MaxNLocator(5), **place)


def _add_scale_bar(axes: Axes, window: scene.Window) -> None:
    length = _round_length(window.width / 4)
    thickness: Any = window.width / 150  # Matplotlib's default of 0 passes for an int
    bar = AnchoredSizeBar(
        axes.transData,
        length,
        f"{length:g} µm",
        loc="upper right",
        pad=0.4,
        sep=3,
        size_vertical=thickness,
        frameon=True,
    )
    bar.patch.set(facecolor="white", edgecolor="none", alpha=0.85)
    axes.add_artist(bar)
