"""What is measured after a step: integrals over the anode, the interface and the far side."""

from dataclasses import dataclass

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np
from scipy.optimize import brentq

from lithovoid.case.coefficients import Parameters
from lithovoid.equations.model import StrippingModel
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.terms.kinetics import contact
from lithovoid.fields.domain import Integral


@dataclass(frozen=True)
class Observation:
    """State of the cell in numbers, per projected area of the interface.

    current [A/m^2] positive while stripping; voltages in V; charges in C/m^2.
    """

    current: float
    cell_voltage: float
    overpotential: float
    contact_fraction: float
    lithium_at_interface: float
    void_layer_thickness: float  # [um]
    void_charge: float  # lithium missing from void volume
    lattice_charge: float  # lithium missing from the remaining lattice
    recession_current: float = 0.0  # lithium that enters at the back, in A/m^2
    magnesium: float = 0.0  # magnesium, in um of lattice that is nothing else
    magnesium_entering: float = 0.0  # magnesium that enters at the back [um/s]
    throughput: float = 0.0  # charge passed in either direction, filled in by the loop


class Observer:
    """Compiled integrals of a model; `observe` evaluates them in one reduction."""

    def __init__(self, model: StrippingModel) -> None:
        self._model = model
        self._resistance: float | None = None
        d, s = model.domain, model.state
        one = fem.Constant(d.mesh, 1.0)
        from_voids, from_lattice = model.missing_charges()
        h = interpolation(s.phi)
        touching = contact(s.phi("+"))
        forms: dict[str, ufl.Form] = {
            "interface": one * d.ds_interface,
            "contact": touching * d.ds_interface,
            "lithium": touching * model.lithium_left()("+") * d.ds_interface,
            "potential": s.psi * d.ds_counter,
            "current": model.counter_current() * d.ds_counter,
            "electrolyte": one * d.dx_electrolyte,
            "void": h * d.dx_anode,
            "void_charge": from_voids * d.dx_anode,
            "lattice_charge": from_lattice * d.dx_anode,
        }
        if s.magnesium_moves:
            forms["magnesium"] = s.x_mg * d.dx_anode
        if s.lattice_flows:
            lithium, magnesium = model.entering()
            forms["lithium_entering"] = lithium * d.ds_back
            forms["magnesium_entering"] = magnesium * d.ds_back
        self._integrals = {name: Integral(d, form) for name, form in forms.items()}
        self._fixed = self._reduce(["interface", "electrolyte"])
        self._varying = [name for name in forms if name not in self._fixed]

    def observe(self) -> Observation:
        """Measure the present state (collective)."""
        d, p = self._model.domain, self._model.parameters
        value = self._reduce(self._varying)
        current = value["current"] / d.area
        voltage = current * p.series_resistance - value["potential"] / d.area
        charge = p.charge_per_length / d.area
        return Observation(
            current=current,
            cell_voltage=voltage,
            overpotential=voltage - self.intact_voltage(current),
            contact_fraction=value["contact"] / self._fixed["interface"],
            lithium_at_interface=value["lithium"] / max(value["contact"], 1e-12 * d.area),
            void_layer_thickness=value["void"] / d.area,
            void_charge=charge * value["void_charge"],
            lattice_charge=charge * value["lattice_charge"],
            recession_current=charge * value.get("lithium_entering", 0.0),
            magnesium=value.get("magnesium", 0.0) / d.area,
            magnesium_entering=value.get("magnesium_entering", 0.0) / d.area,
        )

    def intact_voltage(self, current: float) -> float:
        """Voltage [V] of the fresh, fully contacted cell at this `current`: the baseline.

        Ohm's law over the mean electrolyte thickness, or over a patterned electrolyte as
        `calibrate` found it; series resistance and Butler-Volmer.
        """
        d, p = self._model.domain, self._model.parameters
        thickness = self._fixed["electrolyte"] / d.area
        resistance = self._resistance or thickness / p.conductivity
        ohmic = current * (resistance + p.series_resistance)
        return ohmic + self._charge_transfer(current)

    def calibrate(self) -> None:
        """Take the present state as the fresh, fully contacted cell (collective).

        The resistance of its electrolyte [ohm m^2] is what the voltage leaves for it.
        """
        observed, series = self.observe(), self._model.parameters.series_resistance
        ohmic = observed.cell_voltage - self._charge_transfer(observed.current)
        self._resistance = ohmic / observed.current - series

    def _charge_transfer(self, current: float) -> float:
        local = current * self._model.domain.area / self._fixed["interface"]
        return charge_transfer_overpotential(self._model.parameters, local)

    def _reduce(self, names: list[str]) -> dict[str, float]:
        local = np.array([self._integrals[name].local() for name in names])
        total = np.empty_like(local)
        self._model.domain.comm.Allreduce(local, total, op=MPI.SUM)
        return dict(zip(names, total.tolist(), strict=True))


def charge_transfer_overpotential(parameters: Parameters, current: float) -> float:
    """Overpotential [V] at which Butler-Volmer gives `current` [A/m^2] on fresh metal."""
    ratio = current / parameters.exchange_current
    if ratio == 0.0:
        return 0.0

    def excess(u: float) -> float:
        return float(np.exp(parameters.alpha_a * u) - np.exp(-parameters.alpha_c * u) - ratio)

    # the exponential of the current's own direction alone bounds the root
    alpha = parameters.alpha_a if ratio > 0 else parameters.alpha_c
    bound = np.sign(ratio) * (np.log1p(abs(ratio)) / alpha)
    low, high = sorted((0.0, float(bound)))
    return parameters.thermal_voltage * float(brentq(excess, low, high, xtol=1e-14))
