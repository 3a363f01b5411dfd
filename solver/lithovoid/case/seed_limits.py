"""Whether seeds suit the nuclei that they stand in for: at this temperature and current."""

from collections.abc import Iterator
from math import cos, inf, sqrt

from lithovoid.case.coefficients import Wall
from lithovoid.case.derived import Derived
from lithovoid.case.limit import Limit, judged
from lithovoid.case.strip_estimates import StripEstimate
from lithovoid.scenario import units as u
from lithovoid.scenario.protocol import Hold
from lithovoid.scenario.schema import ColumnGeometry, FileGeometry, PlanarGeometry, Scenario
from lithovoid.theory.constants import FARADAY
from lithovoid.theory.depletion import sand_rise
from lithovoid.theory.seeds import critical_radius, seed_volume, vacancies_in_reach, void_force

WELL_RESOLVED = 2.0
"""Half-widths l of the wall that the radius of a seed should have at least."""

_SOURCE = "theory of this package: Sand's law, rate law and seeds (docs/theory/nucleation.md)"


def seed_limits(scenario: Scenario, derived: Derived) -> Iterator[Limit]:
    """Yield what limits seeds, for each strip of the protocol."""
    nucleation = scenario.nucleation
    if nucleation.mode in ("count", "off") or isinstance(scenario.geometry, ColumnGeometry):
        return
    yield _against_walls(scenario)
    if nucleation.mode == "replay":
        return  # its nuclei are given, whatever the rate
    for index, step in enumerate(scenario.protocol):
        if isinstance(step, Hold) and step.strips:
            yield _current_not_known(index)
    for strip in derived.strips:
        nuclei = _first_nuclei(scenario, strip)
        if nuclei is None:
            yield _no_nuclei(strip)
        else:
            yield _can_grow(scenario, derived, strip, nuclei)
            yield _can_open(scenario, derived, strip, nuclei)


def _against_walls(scenario: Scenario) -> Limit:
    radius, least = scenario.nucleation.seed_radius, WELL_RESOLVED * scenario.phase_field.l
    inside = radius >= least * (1 - 1e-9)
    shown = f"{WELL_RESOLVED:g} l = {u.show(u.Length, least)}"
    return Limit(
        name="nucleation.seed_radius",
        what="seed radius against the width of walls",
        value=u.show(u.Length, radius),
        bound=f"at least {shown}",
        source="rule of this package",
        state=judged(inside),
        sentence="seeds are wider than their walls"
        if inside
        else f"{u.show(u.Length, radius)} is less than {shown}; such seeds may vanish",
    )


class _Nuclei:
    """The first nuclei of a strip: capacity [C/m^2], rise of v at the interface, 2 sqrt(Dt) [m]."""

    def __init__(self, scenario: Scenario, capacity: float, strip: StripEstimate) -> None:
        time = capacity / strip.current_density
        injection = strip.current_density * scenario.anode.molar_volume / FARADAY
        self.rise = sand_rise(time, injection, strip.diffusivity)
        self.length = 2 * sqrt(strip.diffusivity * time)
        self.v = scenario.phase_field.v_equilibrium + self.rise


def _first_nuclei(scenario: Scenario, strip: StripEstimate) -> _Nuclei | None:
    """Return the first nuclei on this interface; on a mesh file, on a large one; None without."""
    on_file = isinstance(scenario.geometry, FileGeometry)
    capacity = strip.incubation if on_file else strip.first_nucleus
    return None if capacity is None else _Nuclei(scenario, capacity, strip)


def _current_not_known(index: int) -> Limit:
    return Limit(
        name=f"protocol.{index}",
        what="vacancy fraction at which nuclei come",
        value="not known",
        bound="none",
        source=_SOURCE,
        state="not known",
        sentence="the current at a held voltage is not known before the run, nor where nuclei come",
    )


def _no_nuclei(strip: StripEstimate) -> Limit:
    current = u.show(u.CurrentDensity, strip.current_density)
    return Limit(
        name=f"protocol.{strip.step}",
        what="vacancy fraction at which nuclei come",
        value="none",
        bound="none",
        source=_SOURCE,
        state="inside",
        sentence=f"at {current} no nucleus is expected before the metal is exhausted",
    )


def _can_grow(scenario: Scenario, derived: Derived, strip: StripEstimate, nuclei: _Nuclei) -> Limit:
    """The seed against the critical radius of the model at the vacancy fraction of nuclei.

    That is of a sharp wall: what lies within a half-width l below it may grow or shrink.
    """
    wall, radius = Wall.from_scenario(scenario), scenario.nucleation.seed_radius
    v_void, v_e = 1 - scenario.anode.x_mg, scenario.phase_field.v_equilibrium
    force = void_force(nuclei.v, v_void, v_e, wall.stiffness, wall.force_limit)
    critical = critical_radius(derived.metal.surface_energy, force, _dimension(scenario))
    shown = u.show(u.Length, critical)
    state, follows = judged(radius > critical), "seeds grow there"
    if state == "outside":
        follows = "seeds shrink there, and may close: too few voids"
        if radius > critical - scenario.phase_field.l:
            state, follows = "not known", "within the width of their walls, seeds may grow there"
    return Limit(
        name=f"nucleation.seed_radius (protocol.{strip.step})",
        what="seed radius against the critical radius where nuclei come",
        value=u.show(u.Length, radius),
        bound=f"more than {shown}",
        source=_SOURCE,
        state=state,
        sentence=f"nuclei come at a vacancy fraction of {nuclei.v:.3g}, where the critical radius "
        f"is {shown}: {follows}",
    )


def _can_open(scenario: Scenario, derived: Derived, strip: StripEstimate, nuclei: _Nuclei) -> Limit:
    """The vacancies that a seed stores against those that the metal around it holds."""
    radius, dimension = scenario.nucleation.seed_radius, _dimension(scenario)
    cos_theta = cos(derived.metal.contact_angle)
    need = seed_volume(radius, cos_theta, dimension) * (1 - scenario.anode.x_mg - nuclei.v)
    supply = vacancies_in_reach(
        nuclei.rise, nuclei.length, radius, radius * cos_theta, _extents(scenario)
    )
    share = supply / need
    follows = (
        "seeds open when their nuclei are due"
        if share >= 1
        else "nuclei wait until it holds more, or another void absorbs them: nucleation is not "
        "resolved, the first void is late and voids are too few"
    )
    return Limit(
        name=f"nucleation (protocol.{strip.step})",
        what="vacancies in reach of a seed, in units of those that it stores",
        value=f"{share:.3g}",
        bound="at least 1",
        source=_SOURCE,
        state=judged(share >= 1),
        sentence=f"nuclei come at a vacancy fraction of {nuclei.v:.3g}, where the metal around a "
        f"seed of {u.show(u.Length, radius)} holds {share:.2g} times the vacancies that it "
        f"stores: {follows}",
    )


def _dimension(scenario: Scenario) -> int:
    """Two for a mesh file, too, whose dimension is not known before it is read."""
    geometry = scenario.geometry
    return 3 if isinstance(geometry, PlanarGeometry) and geometry.depth else 2


def _extents(scenario: Scenario) -> list[float]:
    geometry = scenario.geometry
    if not isinstance(geometry, PlanarGeometry):
        return [inf, inf]
    return [geometry.anode, geometry.width, *([geometry.depth] if geometry.depth else [])]
