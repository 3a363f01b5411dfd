"""Why a cell fails: the voltage taken apart, and the depth from which the lithium came."""

from dataclasses import dataclass
from math import log

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from lithovoid.case.coefficients import Kinetics, Lattice
from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.fields.components import edges_of
from lithovoid.fields.domain import Integral
from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.measure.observables import Observation
from lithovoid.measure.record import MAH_PER_CM2

TAKING_PART = 0.05
"""Metal takes part where it has lost more than this share of its lithium."""


@dataclass(frozen=True)
class Analysis:
    """Parts of the cell voltage, which add up to it, and where lithium is missing.

    The attributes are those of `Record`, which declares them.
    """

    ohmic_voltage: float
    charge_transfer_voltage: float
    concentration_voltage: float
    participation_depth: float
    capacity_near_interface: float


class Analyser:
    """Compiled integrals of the analysis; `analyse` evaluates them."""

    def __init__(self, model: Model, interface: GlobalInterface, near_depth: float) -> None:
        """`near_depth` in um."""
        self._model = model
        d, s = model.domain, model.state
        self._distance = fem.Function(s.anode, name="distance")
        self._distance.x.array[:] = _distances(model, interface)
        near = ufl.conditional(ufl.lt(self._distance, near_depth), 1.0, 0.0)
        missing = model.quantity("missing_from_voids") + model.quantity("missing_from_lattice")
        touching = model.part(Charge).contact()
        forms = (
            touching * d.ds_interface,
            -touching * s.psi("-") * d.ds_interface,
            near * missing * d.dx_anode,
        )
        self._integrals = [Integral(d, form) for form in forms]
        self._edges = edges_of(s.anode)

    @property
    def distances(self) -> NDArray[np.float64]:
        """Distance of the nodes of the anode from the interface [um]."""
        return np.asarray(self._distance.x.array)

    def analyse(self, observed: Observation) -> Analysis:
        """Analyse the present state, of which `observed` is the observation (collective).

        The potential step at the interface is a mean over the contact. Its concentration part is
        the shift of the equilibrium by depletion, (RT/F) ln(x_0/x_s) / (alpha_a + alpha_c), at the
        mean lithium of the contact; what the step lacks to the cell voltage is ohmic: electrolyte,
        constriction of the current, and series resistance.
        """
        d, p = self._model.domain, self._model.numbers(Kinetics)
        local = np.array([integral.local() for integral in self._integrals])
        total = np.empty_like(local)
        d.comm.Allreduce(local, total, op=MPI.SUM)
        area, potential, near = total.tolist()
        step = potential / max(area, 1e-12 * d.area)
        left = max(observed.lithium_at_interface, 1e-12)
        concentration = -p.thermal_voltage * log(left) / (p.alpha_a + p.alpha_c)
        charge = self._model.numbers(Lattice).charge_per_length / d.area
        depth = d.comm.allreduce(self._participation_depth(), op=MPI.MAX)
        return Analysis(
            ohmic_voltage=observed.cell_voltage - step,
            charge_transfer_voltage=step - concentration,
            concentration_voltage=concentration,
            participation_depth=depth,
            capacity_near_interface=charge * near / MAH_PER_CM2,
        )

    def _participation_depth(self) -> float:
        """Greatest distance at which the loss is `TAKING_PART`, linear along edges (this rank)."""
        s = self._model.state
        fresh = 1 - s.fresh.x.array
        gained = s.x_mg.x.array - s.fresh.x.array  # magnesium in the place of lithium
        lost = s.v.x.array - self._model.numbers(Lattice).v_equilibrium + gained
        excess = lost / fresh - TAKING_PART
        metal = s.phi.x.array < 0.5
        ends = self._edges[metal[self._edges].all(axis=1)]
        values, distances = excess[ends], self._distance.x.array[ends]
        crossing = (values > 0).any(axis=1) & (values <= 0).any(axis=1)
        first, second = values[crossing].T
        share = first / (first - second)
        where = distances[crossing, 0] + share * (distances[crossing, 1] - distances[crossing, 0])
        taking_part = self._distance.x.array[metal & (excess > 0)]
        return float(max(where.max(initial=0.0), taking_part.max(initial=0.0)))


def _distances(model: Model, interface: GlobalInterface) -> NDArray[np.float64]:
    """Distance of each node of the anode from the plane of the nearest facet [um]."""
    gdim = model.domain.mesh.geometry.dim
    points = model.state.anode.tabulate_dof_coordinates()[:, :gdim]
    _, facet = cKDTree(interface.midpoints).query(points)
    offset = points - interface.midpoints[facet]
    heights = np.einsum("ij,ij->i", offset, interface.normals[facet])
    return np.asarray(np.abs(heights), dtype=np.float64)
