"""Vacancies of the metal: injected at the interface, they diffuse, and voids take them up."""

from collections.abc import Iterable, Mapping

import ufl

import numpy as np

from lithovoid.case.coefficients import Diffusion, Lattice, Wall
from lithovoid.equations.physics import Array, Bound, Physics, Shown, Term
from lithovoid.equations.setting import Book, Wrap
from lithovoid.equations.terms import vacancy_transport
from lithovoid.equations.terms.free_energy import Expression, interpolation
from lithovoid.equations.void import Void, metal_share
from lithovoid.machine.guard import Guard
from lithovoid.theory.composition import magnesium_share

PLATING = Guard(
    "plating",
    "plating less: the metal at the contact holds more lithium than its vacancies can take up, and "
    "new metal does not grow in this model",
)

BOUND_V = 0.1
"""v may leave [0, 1 - x_mg] by this much before a step is rejected: capillarity at concave corners
and plating push it below zero, where the metal holds more lithium than at rest."""


class Vacancies(Physics):
    """The vacancy fraction v, whose balance is that of lithium.

    States ``diffusivity`` [um^2/s], ``surface_diffusion`` [um^3/s] along walls,
    ``metal_lithium`` (lithium per site of the metal as the
    kinetics see it) and ``magnesium_share`` (magnesium per atom).
    """

    unknowns = {"v": "anode"}

    def quantities(self) -> Mapping[str, Wrap]:
        s = self.m.state
        return {
            "magnesium_share": lambda _: magnesium_share(s.x_mg, s.v, ufl.max_value),
            "diffusivity": lambda _: self._diffusivity(),
            "surface_diffusion": lambda _: self._surface_diffusion(),
            "metal_lithium": lambda _: 1 - s.x_mg - s.v,
        }

    def books(self) -> Iterable[Book]:
        s, formulation = self.m.state, self.m.part(Void).formulation
        yield Book(
            "emptied_sites",
            "v",
            [formulation.stored(fields) for fields in s.times],
            at_back=self.m.constants(Lattice).v_equilibrium,
            counted=False,
            carrier=formulation.carrier,
        )

    def terms(self) -> Iterable[Term]:
        m, s, d = self.m, self.m.state, self.m.domain
        injected = m.quantity("interface_current") / m.constants(Lattice).charge_per_length
        diffusivity = m.quantity("diffusivity")
        yield (
            "v",
            lambda q: m.per_current * vacancy_transport.diffusion(diffusivity, s.v, q, d.dx_anode),
        )
        product, l = m.quantity("surface_diffusion"), m.constants(Wall).half_width  # noqa: E741
        yield (
            "v",
            lambda q: (
                m.per_current
                * vacancy_transport.surface_diffusion(product, s.phi, s.v, l, q, d.dx_anode)
            ),
        )
        yield (
            "v",
            lambda q: m.per_current * vacancy_transport.injection(injected, q("+"), d.ds_interface),
        )

    def changes(self) -> Mapping[str, Array]:
        s = self.m.state
        return {"v": metal_share(s) * np.abs(s.v.x.array - s.old["v"].x.array)}

    def bounds(self) -> Iterable[Bound]:
        s, metal = self.m.state, metal_share(self.m.state)
        v, x_mg = s.v.x.array, s.x_mg.x.array
        yield Bound(metal * (v - 1 + x_mg), BOUND_V, "v rose {:.3g} above 1 - x_mg")
        yield Bound(-metal * v, BOUND_V, "v fell to -{:.3g}", PLATING)

    def nodal(self) -> Mapping[str, Wrap]:
        s = self.m.state
        return {"metal_lithium": lambda _: 1 - s.x_mg.x.array - s.v.x.array}

    def shown(self) -> Iterable[Shown]:
        s = self.m.state
        yield self.shown_at_nodes("vacancy_fraction", lambda: s.v.x.array)
        yield self.shown_at_nodes(
            "lithium_fraction",
            lambda: (1 - interpolation(s.phi.x.array)) * (1 - s.x_mg.x.array - s.v.x.array),
        )

    def _surface_diffusion(self) -> Expression:
        """D_s delta_s, which falls with magnesium as the diffusivity of the metal does."""
        c = self.m.constants(Diffusion)
        return vacancy_transport.metal_diffusivity(
            c.surface_diffusion, c.diffusivity_decay, self.m.quantity("magnesium_share")
        )

    def _diffusivity(self) -> Expression:
        c = self.m.constants(Diffusion)
        return vacancy_transport.effective_diffusivity(
            self.m.state.phi,
            vacancy_transport.metal_diffusivity(
                c.diffusivity, c.diffusivity_decay, self.m.quantity("magnesium_share")
            ),
            c.void_diffusivity,
        )
