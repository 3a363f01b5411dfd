"""Manufactured fields, and the sources that make them solve the equations of `Model`.

The equations are restated here in their strong form, independently of the product's weak forms:

    c_t - div(j) = S_v,   c = (1 - h) v + h (1 - m)
    j = D_eff grad v + 3 l D_s exp(-k_D y) (|grad phi|^2 grad v - (grad phi . grad v) grad phi)
    phi_t / (L W) + g' - (l^2/2) lap phi + h' dOmega / W = S_phi,   L = M / (3 l)
    dOmega = -f - mu (1 - m - v),   f = (mu_max^2/A) (sqrt(1 + u^2) - 1),   mu = f'(v),
    u = A (v - v_e) / mu_max, and five times mu_max where v < v_e
    -div(sigma grad psi) = S_psi

    j . n - i Omega/F = G_v
    (l^2/2) grad phi . n + l cos(theta) phi (1 - phi) = G_phi
    sigma grad psi . n_E - i = G_psi

the last three on the interface, n out of the metal and n_E out of the electrolyte,
on a box [0, 1]^(d-1) x [-0.5, 1] um. The fields have no flux through the other sides, where the
product says nothing, but that of the applied current at the counter electrode.
"""

from dataclasses import asdict, dataclass
from typing import Any

import ufl
from dolfinx import fem

import numpy as np

from lithovoid.case.coefficients import Diffusion, Kinetics, Lattice, Wall
from lithovoid.equations.model import Model

METAL, ELECTROLYTE, CURRENT = 1.0, 0.5, 100.0  # um, um, A/m^2
FIELDS = ("v", "phi", "psi")


@dataclass(frozen=True)
class Fields:
    """Exact fields as expressions of place and time."""

    v: Any
    phi: Any
    psi: Any
    m: Any


class Manufactured:
    """Exact `fields` at `time`, and the residuals with the sources that belong to them.

    `v` varies by 0.15 about `mean_v`.
    """

    def __init__(self, model: Model, mean_v: float) -> None:
        self.model, self._mean_v = model, mean_v
        mesh = model.domain.mesh
        self._time = fem.Constant(mesh, 0.0)
        self._variable = ufl.variable(self._time)
        kinds = (Diffusion, Wall, Lattice, Kinetics)
        numbers = [item for kind in kinds for item in asdict(model.numbers(kind)).items()]
        self._p = {name: fem.Constant(mesh, value) for name, value in numbers}
        self.fields = self._exact()
        s = model.state
        spaces = {"v": s.anode, "phi": s.anode, "psi": s.electrolyte, "m": s.anode}
        self._nodal = {
            name: fem.Expression(
                self._on(space, name), space.element.interpolation_points, mesh.comm
            )
            for name, space in spaces.items()
        }

    def _on(self, space: fem.FunctionSpace, name: str) -> Any:
        """The exact field over the submesh of `space`, to interpolate."""
        return getattr(self._exact(ufl.SpatialCoordinate(space.mesh)), name)

    def _exact(self, place: Any = None) -> Fields:
        x = ufl.SpatialCoordinate(self.model.domain.mesh) if place is None else place
        t = self._variable
        *along, z = (x[k] for k in range(len(x)))
        waves = 1.0
        for coordinate in along:
            waves = waves * ufl.cos(np.pi * coordinate)
        depth, height = METAL - z, ELECTROLYTE + z
        return Fields(
            v=self._mean_v + 0.1 * waves * ufl.cos(2 * depth) * (1 + 0.5 * ufl.sin(3 * t)),
            phi=0.5 + 0.3 * waves * ufl.cos(1.7 * depth) * ufl.cos(2 * t + 0.3),
            psi=-0.05
            + CURRENT / self._p["conductivity"] * z
            + 0.02 * waves * ufl.cos(2 * height) * (1 + 0.5 * ufl.cos(2 * t)),
            m=0.1 + 0.05 * waves * ufl.cos(depth),
        )

    def residuals(self) -> dict[str, ufl.Form]:
        """The product's residuals by name, minus the sources, in its scaling."""
        d, forms = self.model.domain, self.model.residuals()
        measures = {"v": d.dx_anode, "phi": d.dx_anode, "psi": d.dx_electrolyte}
        sides = {"v": "+", "phi": "+", "psi": "-"}
        volume, boundary = self._volume_sources(), self._boundary_sources()
        for name in FIELDS:
            q = ufl.TestFunction(self.model.state.now[name].function_space)
            forms[name] -= volume[name] * q * measures[name]
            forms[name] -= (boundary[name] * q)(sides[name]) * d.ds_interface
        return forms

    def _volume_sources(self) -> dict[str, Any]:
        """S_v, S_phi, S_psi."""
        f, p = self.fields, self._p
        rate = ufl.diff(self._stored(f), self._variable)
        emptying = rate - ufl.div(self._gained(f))
        charge = -ufl.div(p["conductivity"] * ufl.grad(f.psi))
        return {
            "v": p["charge_per_length"] / CURRENT * emptying,
            "phi": self._void_source(f),
            "psi": charge / CURRENT,
        }

    def _boundary_sources(self) -> dict[str, Any]:
        """G_v, G_phi, G_psi."""
        f, p = self.fields, self._p
        flux = p["charge_per_length"] * self._gained(f)
        tension = p["half_width"] ** 2 / 2 * ufl.grad(f.phi)
        ohmic, current = p["conductivity"] * ufl.grad(f.psi), self._current(f)
        return {
            "v": (_out_of_metal(flux) - current) / CURRENT,
            "phi": _out_of_metal(tension) + self._wall(f),
            "psi": (-_out_of_metal(ohmic) - current) / CURRENT,
        }

    def set_time(self, time: float) -> None:
        """Make `time` [s] the present of fields and sources."""
        self._time.value = time

    def interpolate(self, *names: str) -> None:
        """Set nodal values of these fields to the exact ones."""
        for name in names:
            target = self.model.state.x_mg if name == "m" else self.model.state.now[name]
            target.interpolate(self._nodal[name])

    def error(self, name: str) -> float:
        """L2 error of a field."""
        d, function = self.model.domain, self.model.state.now[name]
        dx = d.dx_electrolyte if name == "psi" else d.dx_anode
        square = d.integral((function - getattr(self.fields, name)) ** 2 * dx)
        return float(np.sqrt(square))

    def _stored(self, f: Fields) -> Any:
        h = _h(f.phi)
        return (1 - h) * f.v + h * (1 - f.m)

    def _gained(self, f: Fields) -> Any:
        """j, the flux of vacancies with its sign turned: in metal, in void, and along walls."""
        p, h = self._p, _h(f.phi)
        slowed = ufl.exp(-p["diffusivity_decay"] * f.m / (1 - f.v))
        bulk = (1 - h) * p["diffusivity"] * slowed + h * p["void_diffusivity"]
        normal, slope = ufl.grad(f.phi), ufl.grad(f.v)
        along = ufl.dot(normal, normal) * slope - ufl.dot(normal, slope) * normal
        return bulk * slope + 3 * p["half_width"] * p["surface_diffusion"] * slowed * along

    def _current(self, f: Fields) -> Any:
        p, u = self._p, -f.psi / self._p["thermal_voltage"]
        anodic = (1 - f.m - f.v) / (1 - f.m) * ufl.exp(p["alpha_a"] * u)
        net = anodic - ufl.exp(-p["alpha_c"] * u)
        return (1 - _h(f.phi)) * p["exchange_current"] * net

    def _void_source(self, f: Fields) -> Any:
        p, phi = self._p, f.phi
        slope = 30 * phi**2 * (1 - phi) ** 2
        well = 2 * phi - 6 * phi**2 + 4 * phi**3
        rate = ufl.diff(phi, self._variable) / p["relaxation_rate"]
        curvature = p["half_width"] ** 2 / 2 * ufl.div(ufl.grad(phi))
        return rate + well - curvature + slope * self._force(f) / p["barrier"]

    def _force(self, f: Fields) -> Any:
        p, excess = self._p, f.v - self._p["v_equilibrium"]
        limit = p["force_limit"] * ufl.conditional(ufl.lt(excess, 0), 5.0, 1.0)
        root = ufl.sqrt(limit**2 + (p["stiffness"] * excess) ** 2)
        energy = limit * (root - limit) / p["stiffness"]
        potential = limit * p["stiffness"] * excess / root
        return -energy - potential * (1 - f.m - f.v)

    def _wall(self, f: Fields) -> Any:
        return self._p["half_width"] * self._p["cos_theta"] * f.phi * (1 - f.phi)


def _out_of_metal(flux: Any) -> Any:
    """Normal component out of the metal, which lies above the flat interface."""
    return -flux[len(flux) - 1]


def _h(phi: Any) -> Any:
    return 10 * phi**3 - 15 * phi**4 + 6 * phi**5
