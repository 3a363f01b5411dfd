"""Why even the smallest step fails: physics that ends the run is named, not the solver that met it.

Looked at is the last good state: the contact that is left, the lithium at it, and what the current
through it takes within the step by Sand's law,

    taken = 2 (i_c Omega / F) sqrt(dt / (pi D)),   i_c = i / contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, NoReturn

from mpi4py import MPI

import numpy as np

from lithovoid.case.coefficients import Diffusion, Lattice
from lithovoid.case.resolution_limits import TOLERATED
from lithovoid.equations.vacancies import BOUND_V, PLATING
from lithovoid.fields.domain import nodal_shares
from lithovoid.machine.errors import CellOver, NumericalError
from lithovoid.machine.guard import Guard
from lithovoid.run.failing import end_cell
from lithovoid.scenario import units as u
from lithovoid.theory.composition import magnesium_share
from lithovoid.theory.depletion import sand_rise

if TYPE_CHECKING:
    from lithovoid.run.stepping_cell import SteppingCell

LOST_CONTACT = 0.01
"""Share of the interface below which contact is lost: what is left are the edges of voids."""

NO_LITHIUM = 0.01
"""Share of the anode's lithium below which none is left."""

DEPLETION = Guard(
    "depletion",
    "until with overpotential or lithium_at_interface, by which a step ends where lithium runs out",
)


@dataclass(frozen=True)
class Cause:
    """What ended a run, in words.

    `guard` says what to try; None where this is an end that the protocol means: of what `gone`
    names in an observation nothing is left.
    """

    words: str
    guard: Guard | None
    gone: str = ""


@dataclass(frozen=True)
class Contact:
    """What is left of the contact: densities in A/m^2, lithium and vacancies per lattice site."""

    share: float  # of the interface
    current: float  # positive while stripping
    current_density: float  # through the contact
    lithium: float
    lithium_at_start: float
    taken: float  # lithium that the step takes; negative: brings


def give_up(s: SteppingCell, dt: float, guard: Guard, words: str) -> NoReturn:
    """End the run after a step of `dt` failed, by `words` of `guard` (collective).

    The state is the last good one. Raises CellOver where physics gives an end that the protocol
    means, else NumericalError.
    """
    cause = cause_of(s, dt)
    if cause is None:
        raise NumericalError(guard.says(f"the smallest step ({dt:g} s) failed: {words}"))
    if cause.guard is None:
        end_cell(s, cause.words, cause.gone)
        raise CellOver(cause.words)
    what = f"the smallest step ({dt:g} s) failed: {cause.words} [{words}]"
    raise NumericalError(cause.guard.says(what))


def cause_of(s: SteppingCell, dt: float) -> Cause | None:
    """Return the physics that lets a step of `dt` fail, None where it is none (collective)."""
    contact = contact_of(s, dt)
    if contact.current == 0.0:
        return None
    if contact.share < LOST_CONTACT:
        return _contact_lost(contact)
    if contact.current < 0.0:
        return _lattice_full(contact)
    left, share = lithium_left(s), s.observed.lithium_at_interface
    starving = share <= s.scenario.failure.lithium_at_interface and contact.lithium < contact.taken
    if left < NO_LITHIUM or starving:
        return _depleted(s, contact, left)
    allowed = TOLERATED * s.scenario.numerics.max_change_v
    return _unresolved(s, contact, dt, allowed) if contact.taken > allowed else None


def contact_of(s: SteppingCell, dt: float) -> Contact:
    """Measure the contact by the last observation, and what a step of `dt` takes from it."""
    lattice, diffusion = s.model.numbers(Lattice), s.model.numbers(Diffusion)
    seen, fresh = s.observed, 1 - lattice.x_mg
    lithium = seen.lithium_at_interface * fresh
    y = float(magnesium_share(lattice.x_mg, fresh - lithium, np.maximum))
    density = seen.current_density / max(seen.contact_fraction, np.finfo(float).tiny)
    injection = density / lattice.charge_per_length
    diffusivity = diffusion.diffusivity * np.exp(-diffusion.diffusivity_decay * y)
    return Contact(
        share=seen.contact_fraction,
        current=seen.current_density,
        current_density=density,
        lithium=lithium,
        lithium_at_start=fresh,
        taken=sand_rise(dt, injection, diffusivity),
    )


def lithium_left(s: SteppingCell) -> float:
    """Return the lithium that is left in the anode, in units of that of the start (collective)."""
    state, domain = s.state, s.domain
    owned = slice(0, state.anode.dofmap.index_map.size_local)
    volumes = nodal_shares(domain, state.anode, domain.dx_anode)[owned]
    local = float(volumes @ (1 - state.fresh.x.array[owned]))
    sites = domain.comm.allreduce(local, op=MPI.SUM) / domain.area
    missing = (s.observed.void_charge + s.observed.lattice_charge) / (
        s.model.numbers(Lattice).charge_per_length
    )
    return float(1 - missing / sites)


def _contact_lost(contact: Contact) -> Cause:
    density = u.show(u.CurrentDensity, abs(contact.current_density))
    words = f"the contact is lost: {_percent(contact.share)} of the interface is left, "
    return Cause(f"{words}through which {density} would have to pass", None, "contact_fraction")


def _lattice_full(contact: Contact) -> Cause | None:
    vacancies = contact.lithium_at_start - contact.lithium
    if vacancies + contact.taken > -BOUND_V:
        return None
    words = "the lattice at the contact is full: it holds "
    share = contact.lithium / contact.lithium_at_start
    return Cause(f"{words}{share:.2f} times the lithium of the start", PLATING)


def _depleted(s: SteppingCell, contact: Contact, left: float) -> Cause:
    until = s.protocol.step.until
    share = contact.lithium / contact.lithium_at_start
    words = (
        f"no lithium is left in the anode: {_percent(left)} of that of the start"
        if left < NO_LITHIUM
        else f"the lithium at the contact has run out: {_percent(share)} of that of the start is "
        f"left, and the current takes {_percent(contact.taken)} of a site within a step"
    )
    means = until.overpotential is not None or until.lithium_at_interface is not None
    return Cause(words, None if means else DEPLETION, "lithium_at_interface")


def _unresolved(s: SteppingCell, contact: Contact, dt: float, allowed: float) -> Cause:
    """The lithium at the contact runs out within so few steps that they do not show how."""
    density = u.show(u.CurrentDensity, contact.current_density)
    enough = _one_digit(dt * (allowed / contact.taken) ** 2 / 2)
    over = dt * (contact.lithium / contact.taken) ** 2
    words = (
        f"at {density} through the contact the lithium there runs out after about {over:.2g} s, "
        f"and the step takes {_percent(contact.taken)} of a site"
    )
    return Cause(words, Guard("depletion in time", f"numerics.dt_min = {enough:g} s, or less"))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _one_digit(value: float) -> float:
    """Round down to one digit."""
    size = 10.0 ** floor(log10(value))
    return float(f"{floor(value / size) * size:.1g}")
