"""Magnesium that moves on the lattice (weak-form terms).

`x_mg`, short m, counts magnesium per lattice site, whether metal or void is there. Sites are
magnesium, lithium or emptied: with the emptied sites c = (1 - h) v + h (1 - m) of
`vacancy_transport`, lithium per site is 1 - m - c = (1 - h)(1 - m - v). Both balances

    dm/dt = -div J,      dc/dt = -div J_v,      J . n = 0,      J_v . n = -Omega i_n / F

are conservative, so that magnesium and lithium are kept exactly, each by its own residual tested
with one; lithium takes what is left, J_Li = -J - J_v. Opening a void changes c alone.

    J = -chi D_eff [ grad m - m grad v + p m (1 - y) grad h(phi) ]

* grad m: mixing with the lithium around (Fick), slower than the vacancies by the ratio chi;
* m grad v: vacancies move by exchange with atoms; of the atoms that move against the stream of
  vacancies D grad v the part m is magnesium, which moves at the ratio chi. This is the drift of the
  vacancy mechanism, J_i = D_i (x_i grad v - v grad x_i), for which magnesium gathers where
  vacancies enter (inverse Kirkendall effect, A. D. Marwick, J. Phys. F 8, 1849 (1978)). Its mixing
  term has the factor v; here v is an effective free volume and mixing has the full coefficient;
* p grad h: a magnesium atom in a void costs p RT, so that voids push magnesium ahead of them, and
  what was overrun leaves. At rest y / (1 - y) in the void is exp(-p) of that around it: a residue
  of 5 %. The factor 1 - y (the room that magnesium y per atom leaves) bounds the pile-up.

Across the diffuse surface of a void, what counts for the kinetics is the lithium of the metal that
the local composition is in equilibrium with (`metal_lithium`), or a cell at rest would drive a
current between the edge of a void and its surroundings.

With chi -> 0 magnesium stays where it is, also in the void. That limit is not quite the model of
immobile magnesium, for which magnesium in a void costs nothing: here less lithium is stripped at
the edge of a void that has overrun magnesium. The work p RT is not charged to the void as a driving
force, since the driving force is scaled (see `lithovoid.case.coefficients`): magnesium resists
voids by surface energy, adhesion and diffusivity.
"""

from collections.abc import Callable

import ufl

from lithovoid.equations.terms.free_energy import Expression, interpolation, interpolation_slope

EXPULSION = 3.0
"""Cost p of magnesium in a void, in RT: its residue is exp(-3), 5 %, and a mesh of l/2 resolves
the drift over the void's surface (cell Peclet number 1.4)."""


def magnesium_flux(
    diffusivity: Expression,
    x_mg: Expression,
    v: Expression,
    phi: Expression,
    y: Expression,
) -> Expression:
    """Flux J of magnesium in sites [um/s]; `diffusivity` is chi D_eff [um^2/s], y per atom."""
    expulsion = EXPULSION * x_mg * (1 - y) * interpolation_slope(phi) * ufl.grad(phi)
    return -diffusivity * (ufl.grad(x_mg) - x_mg * ufl.grad(v) + expulsion)


def metal_lithium(
    lithium: Expression,
    y: Expression,
    phi: Expression,
    exponential: Callable[[Expression], Expression] = ufl.exp,
) -> Expression:
    """Lithium per site of the metal that is in equilibrium with the composition at `phi`.

    `lithium` = (1 - v)(1 - y) is that of the place itself. The metal's share of magnesium y_M has
    the odds y_M / (1 - y_M) = exp(p h) y / (1 - y), so that 1 - y_M is (1 - y) divided by
    1 + y (exp(p h) - 1). `exponential` is that of UFL or of NumPy.
    """
    return lithium / (1 + y * (exponential(EXPULSION * interpolation(phi)) - 1))


def transport(flux: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """Divergence of a flux, integrated by parts; no flux where nothing is said."""
    return -ufl.inner(flux, ufl.grad(q)) * dx
