"""What is measured after a step: integrals over the anode, the interface, the counter side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np

from lithovoid.case.coefficients import Kinetics, Lattice
from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.fields.domain import Integral

OWN = "of physics: "
"""Before the names of what physics measure, which are their own."""


@dataclass(frozen=True)
class Observation:
    """State of the cell in numbers, per projected area of the interface.

    The first six are those of `Record`, which declares them; charges are in C/m^2.
    """

    current_density: float
    cell_voltage: float
    overpotential: float
    contact_fraction: float
    lithium_at_interface: float
    void_layer_thickness: float
    void_charge: float  # lithium missing from void volume
    lattice_charge: float  # lithium missing from the remaining lattice
    throughput: float  # charge passed in either direction
    of_physics: Mapping[str, float] = field(default_factory=dict)  # what each physics measures


class Observer:
    """Compiled integrals of a model; `observe` evaluates them in one reduction."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._resistance: float | None = None
        d, s, charge = model.domain, model.state, model.part(Charge)
        one = fem.Constant(d.mesh, 1.0)
        h = interpolation(s.phi)
        touching = charge.contact()
        forms: dict[str, ufl.Form] = {
            "interface": one * d.ds_interface,
            "contact": touching * d.ds_interface,
            "lithium": touching * charge.lithium_left()("+") * d.ds_interface,
            "potential": s.psi * d.ds_counter,
            "current": charge.counter_current() * d.ds_counter,
            "electrolyte": one * d.dx_electrolyte,
            "void": h * d.dx_anode,
            "void_charge": model.quantity("missing_from_voids") * d.dx_anode,
            "lattice_charge": model.quantity("missing_from_lattice") * d.dx_anode,
        }
        self._of_physics = model.observables()
        forms |= {f"{OWN}{name}": seen.form for name, seen in self._of_physics.items()}
        self._integrals = {name: Integral(d, form) for name, form in forms.items()}
        self._fixed = self._reduce(["interface", "electrolyte"])
        self._varying = [name for name in forms if name not in self._fixed]

    def observe(self, throughput: float) -> Observation:
        """Measure the present state, until which a charge of `throughput` passed (collective)."""
        d, series = self._model.domain, self._model.numbers(Kinetics).series_resistance
        value = self._reduce(self._varying)
        current = value["current"] / d.area
        voltage = current * series - value["potential"] / d.measures.counter
        charge = self._model.numbers(Lattice).charge_per_length / d.area
        return Observation(
            current_density=current,
            cell_voltage=voltage,
            overpotential=voltage - self.intact_voltage(current),
            contact_fraction=value["contact"] / self._fixed["interface"],
            lithium_at_interface=value["lithium"] / max(value["contact"], 1e-12 * d.area),
            void_layer_thickness=value["void"] / d.area,
            void_charge=charge * value["void_charge"],
            lattice_charge=charge * value["lattice_charge"],
            throughput=throughput,
            of_physics={
                name: charge * value[OWN + name] if seen.as_charge else value[OWN + name] / d.area
                for name, seen in self._of_physics.items()
            },
        )

    def intact_voltage(self, current: float) -> float:
        """Voltage [V] of the fresh, fully contacted cell at this `current`: the baseline.

        Ohm's law over the mean thickness of an electrolyte that is a slab, or else what
        `calibrate` found; series resistance and Butler-Volmer.
        """
        d, p = self._model.domain, self._model.numbers(Kinetics)
        thickness = self._fixed["electrolyte"] / d.area
        resistance = self._resistance or thickness / p.conductivity
        ohmic = current * (resistance + p.series_resistance)
        return ohmic + self._charge_transfer(current)

    def calibrate(self) -> None:
        """Take the present state as the fresh, fully contacted cell (collective).

        The resistance of its electrolyte [ohm m^2] is what the voltage leaves for it.
        """
        observed, series = self.observe(0.0), self._model.numbers(Kinetics).series_resistance
        ohmic = observed.cell_voltage - self._charge_transfer(observed.current_density)
        self._resistance = ohmic / observed.current_density - series

    def _charge_transfer(self, current: float) -> float:
        local = current * self._model.domain.area / self._fixed["interface"]
        return charge_transfer_overpotential(self._model.numbers(Kinetics), local)

    def _reduce(self, names: list[str]) -> dict[str, float]:
        local = np.array([self._integrals[name].local() for name in names])
        total = np.empty_like(local)
        self._model.domain.comm.Allreduce(local, total, op=MPI.SUM)
        return dict(zip(names, total.tolist(), strict=True))


def charge_transfer_overpotential(parameters: Kinetics, current: float) -> float:
    """Overpotential [V] at which Butler-Volmer gives `current` [A/m^2] on fresh metal."""
    ratio = current / parameters.exchange_current
    if parameters.alpha_a == parameters.alpha_c:
        return parameters.thermal_voltage / parameters.alpha_a * math.asinh(ratio / 2)
    return parameters.thermal_voltage * _root(parameters, ratio)


def _root(parameters: Kinetics, ratio: float) -> float:
    """Solve exp(alpha_a u) - exp(-alpha_c u) = `ratio` for u."""
    if ratio == 0.0:
        return 0.0
    from scipy.optimize import brentq  # noqa: PLC0415 - takes a third of a second, rarely needed

    def excess(u: float) -> float:
        return float(np.exp(parameters.alpha_a * u) - np.exp(-parameters.alpha_c * u) - ratio)

    # the exponential of the current's own direction alone bounds the root
    alpha = parameters.alpha_a if ratio > 0 else parameters.alpha_c
    bound = np.sign(ratio) * (np.log1p(abs(ratio)) / alpha)
    low, high = sorted((0.0, float(bound)))
    return float(brentq(excess, low, high, xtol=1e-14))
