"""Lattice contraction at sinks of vacancies, in the frame of the interface (weak-form terms).

Dislocations and grain boundaries in the metal annihilate vacancies in excess of v_e; each takes a
lattice site with it, and the metal above follows towards the interface with the velocity u:

    S = k_s (1 - h)(v - v_e)                            sites lost per site and second
    div u = -S,   u = -grad X                           potential flow
    u . n = 0                                           at the interface and at the sides
    u . n = b X                                         at the back: a stiff collector follows
    dm/dt + div(m u) = -div J                           magnesium per site
    dc/dt + div(c u) = -div J_v - S                     emptied sites
    dphi/dt + u . grad(phi) = ...                       void

so that lithium per site, 1 - m - c, obeys d/dt + div( . u) = -div J_Li: sinks take vacancies only.
The mesh keeps its thickness. Metal of the composition that the anode had there at the start enters
at the back as fast as sites vanish, and leaves where v < v_e makes sites (plating). So the run sees
an anode that is thick against the depth that takes part; what has entered is the recession of the
back. Voids keep their volume in the flow, and shrink by the vacancies that they lose to the metal.

The potential is tested with the same functions as m and c: a uniform composition stays uniform to
round-off, and with one as test function both balances are exact.
"""

import ufl

from lithovoid.equations.terms.free_energy import Expression, interpolation

COMPLIANCE = 1e-3
"""b [1/um]: so small that the back moves as one plane, whatever flows in front of it."""


def site_loss(rate: Expression, v: Expression, v_e: Expression, phi: Expression) -> Expression:
    """S, lattice sites lost per site [1/s]; `rate` is k_s."""
    return rate * (1 - interpolation(phi)) * (v - v_e)


def velocity(flow: Expression) -> Expression:
    """Velocity u of the lattice [um/s] from its potential `flow`, X [um^2/s]."""
    return -ufl.grad(flow)


def outflow(flow: Expression) -> Expression:
    """u . n at the back [um/s]: negative while metal enters."""
    return COMPLIANCE * flow


def continuity(
    flow: Expression, loss: Expression, q: Expression, dx: ufl.Measure, ds_back: ufl.Measure
) -> ufl.Form:
    """div u + S = 0, integrated by parts."""
    inner = -ufl.inner(velocity(flow), ufl.grad(q)) + loss * q
    return inner * dx + outflow(flow) * q * ds_back


def advection(
    flow: Expression,
    density: Expression,
    at_back: Expression,
    q: Expression,
    dx: ufl.Measure,
    ds_back: ufl.Measure,
) -> ufl.Form:
    """div(density u), integrated by parts; `at_back` is the density of what crosses the back."""
    through = -density * ufl.inner(velocity(flow), ufl.grad(q))
    return through * dx + at_back * outflow(flow) * q * ds_back


def convection(flow: Expression, field: Expression, q: Expression, dx: ufl.Measure) -> ufl.Form:
    """u . grad(field), for a field that moves with the metal but is not conserved."""
    return ufl.inner(velocity(flow), ufl.grad(field)) * q * dx
