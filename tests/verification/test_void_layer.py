"""A planar void layer that grows into supersaturated metal: the one-sided Stefan problem.

s = 2 lam sqrt(D t) with sqrt(pi) lam exp(lam^2) erfc(lam) = (v_inf - v_e)/(v_void - v_e), the
similarity solution of C. Zener, J. Appl. Phys. 20, 950 (1949), for a flat interface at equilibrium.
"""

from functools import cache
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from box_mesh import box, graded
from cases import begin_here, scenario
from results import EXACT, Case
from scipy import stats
from scipy.optimize import brentq
from scipy.special import erfc

from lithovoid.case.coefficients import Diffusion
from lithovoid.run.simulation import Simulation

V_E, V_FAR, DEPTH, FIRST, LAST = 1e-3, 0.4, 60.0, 2.0, 6.0  # um: anode, layer at start and end
WIDTHS = (0.125, 0.0625)  # half-widths l [um]


def growth_constant() -> float:
    """lam of the similarity solution."""
    drive = (V_FAR - V_E) / (1 - V_E)
    return float(brentq(lambda x: np.sqrt(np.pi) * x * np.exp(x * x) * erfc(x) - drive, 1e-6, 5))


def layer(half_width: float) -> Simulation:
    """Return a column with a void layer of `FIRST` um and the exact vacancies around it."""
    size = half_width / 4
    fine = np.arange(0, LAST + 1, size)
    above = np.concatenate([fine, fine[-1] + graded(DEPTH - fine[-1], size, parts=200)[1:]])
    mesh = box(np.array([0.0, size]), np.concatenate([[-1.0, -0.5], above]))
    resolved = scenario(
        geometry={"width": f"{size} um", "anode": f"{DEPTH} um", "interface_size": f"{size} um"},
        phase_field={"l": f"{half_width} um"},
        protocol=[{"step": "rest", "until": {"time": "100 h"}}],
        numerics={"dt_max": "60 s", "max_change_phi": 0.1},
    )
    cell = Simulation(resolved, mesh, comm=MPI.COMM_SELF)
    z = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    lam = growth_constant()
    spread = FIRST / lam  # 2 sqrt(D t) at the start
    outside = V_FAR - (V_FAR - V_E) * erfc(z / spread) / erfc(lam)
    cell.state.v.x.array[:] = np.where(z > FIRST, outside, V_E)
    cell.state.phi.x.array[:] = 0.5 * (1 - np.tanh((z - FIRST) / half_width))
    begin_here(cell)
    return cell


@cache
def growth(half_width: float) -> tuple[float, np.ndarray]:
    """lam from the slope of s^2 = 4 lam^2 D t past 3 um, and (time, s) [s, um]."""
    cell = layer(half_width)
    start = (FIRST / (2 * growth_constant())) ** 2 / cell.model.numbers(Diffusion).diffusivity
    path = []
    for record in cell:
        path.append((start + record.time, record.void_layer_thickness))
        if record.void_layer_thickness > LAST:
            break
    times, s = np.array(path).T
    grown = s > 1.5 * FIRST
    slope = stats.linregress(times[grown], s[grown] ** 2).slope
    return float(np.sqrt(slope / cell.model.numbers(Diffusion).diffusivity) / 2), np.array(path)


@pytest.mark.long
def test_layer_grows_as_the_similarity_solution() -> None:
    exact = growth_constant()
    found = {width: growth(width)[0] for width in WIDTHS}
    with Case(
        "Planar void layer in supersaturated metal",
        EXACT,
        source="Stefan/Zener: s = 2 λ √(D t), √π λ exp(λ²) erfc λ = (v∞ - v_e)/(v_V - v_e), "
        "v∞ = 0.4; λ from the slope of s² while s grows from 3 to 6 µm.",
        note="Storage and diffusivity share the weight 1 - h, so that no error of first order in l "
        "is left to show. At l = 0.25 µm, twice the length sqrt(d0 / (2 dv/dx)) that l must "
        "resolve, metal opens in the tail of the wall: λ = 1.3.",
    ) as case:
        for width in WIDTHS:
            case.compare(f"λ at l = {width:g} µm", found[width], exact, relative=0.02)

        def draw(axes: Any) -> None:
            for width in WIDTHS:
                times, s = growth(width)[1].T
                axes.plot(times / 3600, s, label=f"l = {width:g} µm")
            diffusivity = layer(WIDTHS[0]).model.numbers(Diffusion).diffusivity
            axes.plot(times / 3600, 2 * exact * np.sqrt(diffusivity * times), "k--", label="exact")
            axes.set(xlabel="time [h]", ylabel="void layer [µm]")
            axes.legend()

        case.figure("void_layer", draw, "Growth of a planar void layer")
