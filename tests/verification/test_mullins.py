"""Walls that lithium reshapes at rest: along the wall, and through the metal behind it.

Small slopes, y(s, t) the height of the wall over the line s: the metal at the wall is at
v = v_e + d0 K, d0 = gamma Omega / (RT), and what its diffusion carries away or brings moves the
wall, so that a wave of wave number k decays at the rate

    B k^4 + D d0 k^3,   B = D_s delta_s d0

(W. W. Mullins, J. Appl. Phys. 28, 333 (1957) and 30, 77 (1959)). A contact line whose wall is
upright at first, while the metal's angle theta is not 90 degrees, is half of a groove: its slope
m = |cot theta| is a source 2 m of curvature at the electrolyte, and all waves together move it by

    (2 m / pi) int_0^inf (1 - exp(-rate(k) t)) / k^2 dk,

in a cell of finite height by the sum over its waves. The integral is 0.780 m (B t)^(1/4) by
diffusion along the wall, Mullins' groove with 0.780 = (2 / pi) Gamma(3/4), and 0.862 m
(D d0 t)^(1/3) with 0.862 = (2 / pi) Gamma(2/3) through the metal.

Diffusion along a wall needs some diffusion across it: layers of the diffuse wall that share the
work unevenly are levelled over l. So both act in the cases of diffusion along walls; the metal's
part, small, is exact in the reference.
"""

from collections.abc import Callable
from math import cos, pi, radians, tan

import ufl
from mpi4py import MPI

import numpy as np
import pytest
from box_mesh import crossed, graded
from cases import begin_here, scenario
from numpy.typing import NDArray
from results import EXACT, Case
from scipy import stats

from lithovoid.case.coefficients import Diffusion, Wall
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.fields.domain import Integral
from lithovoid.meshes.data import MeshData
from lithovoid.run.simulation import Simulation

Floats = NDArray[np.float64]

GAMMA = 0.46  # J/m^2
WAVY, GROOVED = 0.05, 0.08  # half-widths l of the walls [um]
WAVE_LENGTH, STEEPNESS = 4.0, 0.05  # um; largest slope of the wave at first
ANGLE = 100.0  # of the metal on the electrolyte: its contact line retracts
FIRST, LAST = 0.4, 1.6  # spread of the groove [um] between which it is compared
HEIGHT = 4 * LAST  # of the upright wall [um]
THROUGH_METAL = {"diffusivity": "6e-15 m^2/s", "surface_diffusion": "0 m^3/s"}
ALONG_WALLS = {"diffusivity": "4e-15 m^2/s", "surface_diffusion": "2e-20 m^3/s"}


class Rates:
    """Rates of decay [1/s] by wave number [1/um], from the numbers of a cell."""

    def __init__(self, cell: Simulation) -> None:
        d0 = GAMMA / cell.model.numbers(Wall).stiffness * 1e6
        diffusion = cell.model.numbers(Diffusion)
        self.along, self.through = d0 * diffusion.surface_diffusion, d0 * diffusion.diffusivity

    def __call__(self, k: Floats) -> Floats:
        return np.asarray(self.along * k**4 + self.through * k**3)


def resting(
    mesh: MeshData, half_width: float, anode: dict[str, str], angle: float, seconds: float
) -> Simulation:
    """Return a cell on a mesh of its own, at rest for `seconds`.

    The electrolyte hardly conducts: local cells between places of the interface with different v
    would carry lithium, too.
    """
    resolved = scenario(
        anode=anode,
        electrolyte={
            "adhesion": f"{GAMMA * (1 + cos(radians(angle)))} J/m^2",
            "conductivity": "1e-9 S/m",
        },
        phase_field={"l": f"{half_width} um"},
        geometry={"interface_size": f"{half_width / 2} um"},
        protocol=[{"step": "rest", "until": {"time": f"{seconds} s"}}],
        numerics={"dt_initial": f"{seconds / 1e4} s", "dt_max": f"{seconds / 30} s"},
    )
    return Simulation(resolved, mesh, comm=MPI.COMM_SELF)


def fine_around(place: float, length: float, reach: float, size: float) -> Floats:
    """Return points from 0 to `length`, fine within `reach` of `place`; lengths in um."""
    fine = np.linspace(place - reach, place + reach, round(2 * reach / size) + 1)
    before = (fine[0] - graded(fine[0], size))[:0:-1]
    after = fine[-1] + graded(length - fine[-1], size)[1:]
    return np.concatenate([before, fine, after])


def set_wall(cell: Simulation, distance: Floats) -> None:
    """Put the wall where the `distance` [um] of nodes is zero; it is positive in the metal."""
    half_width = cell.model.numbers(Wall).half_width
    cell.state.phi.x.array[:] = 0.5 * (1 - np.tanh(distance / half_width))
    begin_here(cell)


def decay_of_a_wave(anode: dict[str, str], slowest: float) -> tuple[float, Rates, float]:
    """Rate found [1/s], exact rates, wave number: metal below the wall, void above it.

    The run ends after 1 / `slowest` [s].
    """
    depth, k = WAVE_LENGTH, 2 * pi / WAVE_LENGTH
    along = np.linspace(0, WAVE_LENGTH / 2, round(WAVE_LENGTH / WAVY) + 1)
    height = fine_around(depth, depth + 0.6, reach=5 * WAVY, size=WAVY / 4)
    mesh = crossed(along, np.concatenate([[-1.0, -0.5], height]))
    cell = resting(mesh, WAVY, anode, 90.0, 1 / slowest)
    x, z = cell.state.anode.tabulate_dof_coordinates()[:, :2].T
    set_wall(cell, depth + STEEPNESS / k * np.cos(k * x) - z)
    place, d = ufl.SpatialCoordinate(cell.domain.mesh)[0], cell.domain
    wave = Integral(d, interpolation(cell.state.phi) * ufl.cos(k * place) * d.dx_anode)
    path = np.array([(record.time, abs(wave())) for record in cell])
    used = path[:, 0] > 0.1 / slowest
    fit = stats.linregress(path[used, 0], np.log(path[used, 1]))
    return -float(fit.slope), Rates(cell), k


@pytest.mark.long
@pytest.mark.parametrize("by", ["along walls", "through the metal"])
def test_a_wave_decays(by: str) -> None:
    along = by == "along walls"
    found, rates, k = decay_of_a_wave(*((ALONG_WALLS, 3e-4) if along else (THROUGH_METAL, 5e-5)))
    bulk = rates.through * k**3
    with Case(
        "Decay of a wavy wall",
        EXACT,
        source="Mullins (1957, 1959): B k⁴ by diffusion along the wall, B = D_s δ_s d0, and "
        "D d0 k³ through the metal; d0 = γΩ/(RT), wavelength 4 µm, slope 0.05, l = 0.05 µm.",
        note="Diffusion along the wall needs some across it; the part of the metal is taken off.",
    ) as case:
        if along:
            expected = rates.along * k**4
            what = f"along the wall (after {bulk / found:.1%} through the metal)"
            case.compare(what, found - bulk, expected, relative=0.05, unit="1/s")
        else:
            case.compare("through the metal", found, bulk, relative=0.05, unit="1/s")


def groove(times: Floats, rates: Callable[[Floats], Floats], slope: float) -> Floats:
    """Exact distance [um] of a contact line from where it was, by all waves in `HEIGHT`."""
    k = np.arange(1, 20001) * pi / HEIGHT
    shares = -np.expm1(-np.outer(times, rates(k))) / k**2
    return np.asarray(2 * slope / HEIGHT * shares.sum(axis=1))


def retraction(anode: dict[str, str], seconds: float) -> tuple[Floats, Rates]:
    """(time, distance) [s, um] of the contact line; the wall is upright at x = 1 um at first."""
    size = GROOVED / 3
    across = fine_around(1.0, 1 + HEIGHT, reach=5 * GROOVED, size=size)
    height = graded(HEIGHT, size, growth=1.02, parts=HEIGHT / GROOVED)
    mesh = crossed(across, np.concatenate([[-1.0, -0.5], height]))
    cell = resting(mesh, GROOVED, anode, ANGLE, seconds)
    x = cell.state.anode.tabulate_dof_coordinates()[:, 0]
    set_wall(cell, x - 1.0)
    start = cell.observed.contact_fraction
    path = [(r.time, (start - r.contact_fraction) * across[-1]) for r in cell]
    return np.array(path), Rates(cell)


@pytest.mark.long
@pytest.mark.parametrize("by", ["along walls", "through the metal"])
def test_a_contact_line_retracts(by: str) -> None:
    along = by == "along walls"
    power = 4 if along else 3
    product = 4.8e-5 if along else 1.44e-5  # B [um^4/s], D d0 [um^3/s]
    path, rates = retraction(ALONG_WALLS if along else THROUGH_METAL, LAST**power / product)
    slope = 1 / -tan(radians(ANGLE))
    used = path[:, 0] > FIRST**power / product
    times, distances = path[used].T
    exact = groove(times, rates, slope)
    exponent, expected = (
        float(stats.linregress(np.log(times), np.log(d)).slope) for d in (distances, exact)
    )
    with Case(
        "Retraction of a contact line",
        EXACT,
        source="Upright wall that takes an angle of 100° (metal) on the electrolyte: half a groove "
        "of small slope m, x = (2m/π) Γ(3/4) (B t)^¼ along the wall (Mullins 1957), "
        "(2m/π) Γ(2/3) (D d0 t)^⅓ through the metal; (B t)^¼, (D d0 t)^⅓ from 0.5 to 2 µm.",
    ) as case:
        case.compare(f"{by}: exponent", exponent, 1 / power, relative=0.1)
        case.compare(f"{by}: exponent of the reference", expected, 1 / power, relative=0.1)
        case.compare(
            f"{by}: distance at the end", distances[-1], exact[-1], relative=0.1, unit="µm"
        )
        worst = 100 * float(np.abs(distances / exact - 1).max())
        case.bound(f"{by}: largest difference", worst, at_most=10, unit="%")
