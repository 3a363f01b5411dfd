"""The size field: fine at the interface and around voids, coarser with the distance.

Nothing here depends on the dimension: distances are measured from the entities of the interface.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import gmsh

from lithovoid.meshes.data import MICROMETRE
from lithovoid.scenario.geometry import ELECTROLYTE_GROWTH, PlanarGeometry


@dataclass(frozen=True)
class Sizes:
    """Mesh sizes [um]: `interface` up to the distance `fine_depth`, then up to `coarse`.

    Beyond `fine_depth` the size increases by `growth` per distance. In the electrolyte it stays
    below `electrolyte`.
    """

    interface: float
    coarse: float
    fine_depth: float
    growth: float
    electrolyte: float

    @classmethod
    def of(cls, geometry: PlanarGeometry, electrolyte: float | None = None) -> Self:
        """Return the sizes of `geometry` with its defaults filled in; `electrolyte` in um."""
        coarse = geometry.largest_size / MICROMETRE
        return cls(
            interface=geometry.interface_size / MICROMETRE,
            coarse=coarse,
            fine_depth=geometry.fine_layer / MICROMETRE,
            growth=geometry.growth,
            electrolyte=coarse if electrolyte is None else electrolyte,
        )


def set_size_field(
    sizes: Sizes,
    distance: int,
    dimension: int,
    anode: list[int],
    electrolyte: list[int],
    fine_zones: Iterable[tuple[float, ...]],
) -> None:
    """Make the mesh size follow `sizes` with the field `distance` from the interface.

    `anode` and `electrolyte` are their entities of the `dimension` of the mesh. `fine_zones` are
    balls, centre and radius [um], that keep the interface size inside the anode.
    """
    into_anode = [_ramp(distance, sizes, sizes.fine_depth, sizes.growth)]
    into_anode += [_ball(sizes, zone[:-1], zone[-1]) for zone in fine_zones]
    below = replace(sizes, coarse=sizes.electrolyte)
    into_electrolyte = [_ramp(distance, below, 0.0, ELECTROLYTE_GROWTH * sizes.growth)]
    in_anode = _within(dimension, anode, _smallest(into_anode))
    in_electrolyte = _within(dimension, electrolyte, _smallest(into_electrolyte))
    gmsh.model.mesh.field.setAsBackgroundMesh(_smallest([in_anode, in_electrolyte]))


def distance_from_curve(curve: int, size: float) -> int:
    """Add the field of the distance from `curve`, right to a part of `size`."""
    distance = _field("Distance", Sampling=_samples(curve, size))
    gmsh.model.mesh.field.setNumbers(distance, "CurvesList", [curve])
    return distance


def height_above_plane() -> int:
    """Add the field of the distance from the plane z = 0."""
    distance = _field("MathEval")
    gmsh.model.mesh.field.setString(distance, "F", "abs(z)")
    return distance


def _field(kind: str, **options: float) -> int:
    field = gmsh.model.mesh.field
    tag = int(field.add(kind))
    for name, value in options.items():
        field.setNumber(tag, name, value)
    return tag


def _samples(curve: int, size: float) -> int:
    """Return how many sample points put distances from `curve` right to a part of `size`."""
    x_min, z_min, _, x_max, z_max, _ = gmsh.model.getBoundingBox(1, curve)
    return 4 * max(2, round(float(x_max - x_min + z_max - z_min) / size))


def _ramp(distance: int, sizes: Sizes, start: float, growth: float) -> int:
    """Size that stays fine up to the distance `start` and then increases by `growth` per length."""
    length = max((sizes.coarse - sizes.interface) / growth, 1e-6 * sizes.interface)
    return _field(
        "Threshold",
        InField=distance,
        SizeMin=sizes.interface,
        SizeMax=sizes.coarse,
        DistMin=start,
        DistMax=start + length,
    )


def _ball(sizes: Sizes, centre: Sequence[float], radius: float) -> int:
    return _field(
        "Ball",
        **dict(zip(("XCenter", "YCenter", "ZCenter"), centre, strict=False)),
        Radius=radius,
        Thickness=(sizes.coarse - sizes.interface) / sizes.growth,
        VIn=sizes.interface,
        VOut=sizes.coarse,
    )


def _smallest(fields: list[int]) -> int:
    tag = _field("Min")
    gmsh.model.mesh.field.setNumbers(tag, "FieldsList", fields)
    return tag


def _within(dimension: int, entities: list[int], field: int) -> int:
    tag = _field("Restrict", InField=field)
    lists = {2: "SurfacesList", 3: "VolumesList"}
    gmsh.model.mesh.field.setNumbers(tag, lists[dimension], entities)
    return tag
