"""Off-screen images of one field frame: metal, voids, electrolyte and the current at the interface.

2D frames are seen from the front in parallel projection, so that an image has an exact extent in
um; 3D frames are cut open in the middle and seen from an angle.
"""

import os
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyvista as pv

from lithovoid.postprocess.run import Run
from lithovoid.postprocess.voids import VOID, boundary, dimension, void_region

Image = npt.NDArray[np.uint8]

METAL_MAP, CURRENT_MAP = "viridis", "Reds"  # lightness rises and falls steadily: fit for print
CURRENT = "current_density"
PERSPECTIVE_RATIO = 1.25  # width to height of a perspective image
_VOID_COLOUR, _ELECTROLYTE_COLOUR, _OUTLINE = "white", "#C4C4C4", "black"
_PIXELS = 1500  # width of an image
_TALLEST = 4000  # pixels; beyond it, graphics libraries give up
_STRIP = 0.012  # thickness of the strip of current density, in widths of the window


@dataclass(frozen=True)
class State:
    """The meshes of one frame in um; parts that were not written are None."""

    anode: Any
    electrolyte: Any | None
    interface: Any | None

    @property
    def dimension(self) -> int:
        """2 or 3."""
        return dimension(self.anode)

    @property
    def metal(self) -> Any:
        """The part of the anode with phi < 0.5."""
        return self.anode.clip_scalar(scalars=VOID, value=0.5, invert=True)

    def section(self) -> "State":
        """The state as seen in the x-z plane: itself in 2D, the cut through the middle in 3D."""
        if self.dimension == 2:
            return self
        middle = self.anode.center
        return State(
            *(_cut(part, middle) for part in (self.anode, self.electrolyte, self.interface))
        )


@dataclass(frozen=True)
class Window:
    """A part of the x-z plane in um."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        """Extent along the interface."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent across the interface."""
        return self.top - self.bottom

    @property
    def ratio(self) -> float:
        """Width to height."""
        return self.width / self.height

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """The window as Matplotlib wants it."""
        return self.left, self.right, self.bottom, self.top


@dataclass(frozen=True)
class Colours:
    """What is coloured and between which limits, the same for all images of a figure."""

    field: str
    metal: tuple[float, float]
    current: tuple[float, float]


def read_state(run: Run, index: int) -> State:
    """Read frame `index` of a run; electrolyte and interface may be missing."""
    parts = {
        part: run.frame(part, index) if run.has_part(part) else None
        for part in ("electrolyte", "interface")
    }
    return State(run.frame("anode", index), parts["electrolyte"], parts["interface"])


def common_colours(states: list[State], field: str) -> Colours:
    """Return limits from zero that hold for all `states`."""
    metal = [np.asarray(state.metal.point_data[field]) for state in states]
    currents = [
        np.asarray(state.interface.point_data[CURRENT])
        for state in states
        if state.interface is not None
    ]
    return Colours(field, _limits(metal), _limits(currents))


def whole(states: list[State]) -> Window:
    """Return the window that shows everything."""
    parts = [part for s in states for part in (s.anode, s.electrolyte) if part is not None]
    low = np.min([part.points.min(axis=0) for part in parts], axis=0)
    high = np.max([part.points.max(axis=0) for part in parts], axis=0)
    z = states[0].dimension - 1
    return Window(float(low[0]), float(high[0]), float(low[z]), float(high[z]))


def image(state: State, window: Window, colours: Colours) -> Image:
    """Draw a 2D `state` as seen through `window`, 1500 pixels wide or 4000 tall."""
    pixels = min(_PIXELS, _TALLEST * window.ratio)
    plotter = _plotter(round(pixels), max(round(pixels / window.ratio), 1))
    flat: dict[str, Any] = {"lighting": False, "show_scalar_bar": False}
    if state.electrolyte is not None:
        plotter.add_mesh(state.electrolyte, color=_ELECTROLYTE_COLOUR, **flat)
    _add_metal(plotter, state.metal, colours, flat)
    voids = void_region(state.anode)
    if voids.n_cells:
        plotter.add_mesh(voids, color=_VOID_COLOUR, **flat)
        outline = boundary(voids).translate((0, 0, 0.03))
        plotter.add_mesh(outline, color=_OUTLINE, line_width=4, **flat)
    if state.interface is not None:
        drop = 0.5 * _STRIP * window.width
        strip = state.interface.translate((0, -drop, 0.02))
        width = max(_STRIP * pixels, 2.0)
        scalars = {"scalars": CURRENT, "cmap": CURRENT_MAP, "clim": colours.current}
        plotter.add_mesh(strip, line_width=width, **scalars, **flat)
    middle = ((window.left + window.right) / 2, (window.bottom + window.top) / 2)
    plotter.camera_position = [(*middle, 100.0), (*middle, 0.0), (0.0, 1.0, 0.0)]
    plotter.camera.parallel_projection = True
    plotter.camera.parallel_scale = window.height / 2
    return _shot(plotter)


def perspective(state: State, colours: Colours) -> Image:
    """Draw a 3D `state`, the metal cut open in the middle, the voids as surfaces phi = 0.5."""
    plotter = _plotter(_PIXELS, round(_PIXELS / PERSPECTIVE_RATIO))
    flat: dict[str, Any] = {"lighting": False, "show_scalar_bar": False}
    _add_metal(plotter, state.metal.clip(normal="-y", origin=state.anode.center), colours, flat)
    if void_region(state.anode).n_cells:
        surface = state.anode.contour([0.5], scalars=VOID)
        plotter.add_mesh(surface, color=_VOID_COLOUR, smooth_shading=True)
    if state.electrolyte is not None:
        plotter.add_mesh(state.electrolyte, color=_ELECTROLYTE_COLOUR)
    if state.interface is not None:
        scalars = {"scalars": CURRENT, "cmap": CURRENT_MAP, "clim": colours.current}
        plotter.add_mesh(state.interface.translate((0, 0, 0.01)), **scalars, **flat)
    plotter.add_mesh(state.anode.outline(), color=_OUTLINE, line_width=2)
    plotter.camera_position = "xz"
    plotter.camera.azimuth, plotter.camera.elevation = 25.0, 25.0
    plotter.reset_camera()
    return _shot(plotter)


def _cut(part: Any | None, middle: tuple[float, float, float]) -> Any | None:
    """Cut `part` at y = middle and lay the cut down as points (x, z, 0)."""
    if part is None:
        return None
    cut = part.slice(normal="y", origin=middle)
    cut.points = cut.points[:, [0, 2, 1]] * (1.0, 1.0, 0.0)
    return cut


def _add_metal(plotter: Any, metal: Any, colours: Colours, options: dict[str, Any]) -> None:
    if metal.n_cells:
        scalars = {"scalars": colours.field, "cmap": METAL_MAP, "clim": colours.metal}
        plotter.add_mesh(metal, **scalars, **options)


def _plotter(width: int, height: int) -> Any:
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        # VTK would try X first and complain.
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    look = pv.themes.DocumentTheme()  # the default; PYVISTA_PLOT_THEME may name another
    plotter: Any = pv.Plotter(off_screen=True, window_size=[width, height], theme=look)
    plotter.set_background("white")
    return plotter


def _shot(plotter: Any) -> Image:
    pixels: Image = plotter.screenshot(return_img=True)
    plotter.close()
    return pixels


def _limits(values: list[npt.NDArray[Any]]) -> tuple[float, float]:
    """Limits that include zero and all `values`, never empty."""
    joined = np.concatenate([np.zeros(1), *values])
    low, high = float(joined.min()), float(joined.max())
    return low, high if high > low else low + 1.0
