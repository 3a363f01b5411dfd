"""Statistics of the voids in one field frame.

A void is a connected region with phi >= 0.5 (P1 field, cut exactly inside the cells). Heights are
measured from the interface: in 2D the points are (x, z, 0), in 3D (x, y, z), and the interface
lies at z = 0 unless its own mesh is given (rough interfaces).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lithovoid.theory.result import Result, named

VOID = "void"
VOIDS = named(
    {
        "x": Result("x", "centre of its extent along the interface", "um"),
        "area": Result("area", "in two dimensions", "um^2"),
        "volume": Result("volume", "in three dimensions", "um^3"),
        "width": Result("width", "largest extent along the interface", "um"),
        "depth": Result("depth", "largest height above the interface", "um"),
        "depth_to_width": Result("depth to width", "depth over width"),
        "on_interface": Result("on the interface", "whether it touches the electrolyte"),
    }
)
"""What is measured of each void of a field frame, by name."""
_HEIGHT = "height"
_TOUCHING = 1e-6  # um: far below any mesh size, above round-off


@dataclass(frozen=True)
class VoidStatistics:
    """The voids of one frame.

    Attributes
    ----------
    table
        One row per void, from left to right, with the columns of `VOIDS`: of area and volume, that
        of the dimension.
    layer_thickness
        Volume of all voids per area of the interface in um, int h(phi) dV / |Gamma| with
        h = phi^3 (10 - 15 phi + 6 phi^2).
    coverage
        Share of the interface covered by phi >= 0.5, 0 to 1.
    """

    table: pd.DataFrame
    layer_thickness: float
    coverage: float


def void_statistics(anode: Any, interface: Any | None = None) -> VoidStatistics:
    """Measure the voids of one frame.

    Parameters
    ----------
    anode
        Mesh in um with the point array ``void``.
    interface
        Mesh of the interface in um; without it the interface is the plane z = 0.
    """
    anode = anode.copy()
    anode.point_data[_HEIGHT] = _height(anode, interface)
    voids = void_region(anode)
    interface_size = _size_on_interface(anode)
    return VoidStatistics(
        table=_table(voids, dimension(anode)),
        layer_thickness=_void_volume(anode) / interface_size,
        coverage=_size_on_interface(voids) / interface_size,
    )


def dimension(mesh: Any) -> int:
    """Return the dimension of the cells of `mesh`, 1 to 3."""
    return int(mesh.max_cell_dimensionality)


def void_region(anode: Any) -> Any:
    """Return the part of the anode with phi >= 0.5, an empty mesh where there is none."""
    return anode.clip_scalar(scalars=VOID, value=0.5, invert=False)


def boundary(mesh: Any) -> Any:
    """Return the boundary of `mesh`: its edges in 2D, its surface in 3D."""
    surface = mesh.extract_surface(algorithm=None)
    if dimension(mesh) == 3:
        return surface
    return surface.extract_feature_edges(
        feature_edges=False, manifold_edges=False, non_manifold_edges=False
    )


def _height(anode: Any, interface: Any | None) -> npt.NDArray[np.float64]:
    """Distance of all points from the interface in um."""
    points = np.asarray(anode.points, dtype=np.float64)
    if interface is None:
        return np.abs(points[:, dimension(anode) - 1])
    _, closest = interface.find_closest_cell(points, return_closest_point=True)
    return np.asarray(np.linalg.norm(points - closest, axis=1))


def _size_on_interface(mesh: Any) -> float:
    """Length (2D) or area (3D) of the boundary of `mesh` that lies on the interface."""
    if mesh.n_cells == 0:
        return 0.0
    touching = boundary(mesh).threshold(
        [-_TOUCHING, _TOUCHING], scalars=_HEIGHT, all_scalars=True, preference="point"
    )
    sizes = touching.compute_cell_sizes().cell_data
    return float(np.sum(sizes["Length" if dimension(mesh) == 2 else "Area"]))


def _void_volume(anode: Any) -> float:
    phi = np.clip(np.asarray(anode.point_data[VOID]), 0.0, 1.0)
    weighted = anode.copy(deep=False)
    weighted.clear_data()
    weighted.point_data["h"] = phi**3 * (10 - 15 * phi + 6 * phi**2)
    return float(weighted.integrate_data().point_data["h"][0])


def _table(voids: Any, dim: int) -> pd.DataFrame:
    size = "area" if dim == 2 else "volume"
    names = ("x", size, "width", "depth", "depth_to_width", "on_interface")
    columns = [VOIDS[name].header for name in names]
    if voids.n_cells == 0:
        return pd.DataFrame(columns=columns)
    regions = voids.connectivity("all")
    ids = np.unique(regions.cell_data["RegionId"])
    rows = [
        _measure(regions.extract_values(i, scalars="RegionId", preference="cell"), dim) for i in ids
    ]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(columns[0], ignore_index=True)


def _measure(void: Any, dim: int) -> tuple[float, float, float, float, float, bool]:
    """One row of the table for one connected void."""
    sizes = void.compute_cell_sizes().cell_data["Area" if dim == 2 else "Volume"]
    low, high = void.points.min(axis=0), void.points.max(axis=0)
    width = float(np.max((high - low)[: dim - 1]))
    heights = np.asarray(void.point_data[_HEIGHT])
    depth = float(heights.max())
    x = float(low[0] + high[0]) / 2
    return x, float(np.sum(sizes)), width, depth, depth / width, bool(heights.min() < _TOUCHING)
