"""Checks of the protocol: conditions that can never be met would make a run endless."""

from collections.abc import Iterator

import numpy as np

from lithovoid.case.profile import read_profile
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario import units as u
from lithovoid.scenario.problems import problem
from lithovoid.scenario.protocol import Hold, Plate, ProtocolStep, Rest, Strip
from lithovoid.scenario.schema import FileGeometry, Scenario
from lithovoid.theory.constants import FARADAY, MESH_UNIT


def anode_capacity(scenario: Scenario) -> float | None:
    """Return the charge of all lithium in the anode per interface area [C/m^2].

    (1 - <x_mg>) F thickness / Omega; None where the thickness is hidden in a mesh file.
    """
    geometry = scenario.geometry
    return None if isinstance(geometry, FileGeometry) else capacity_of(scenario, geometry.anode)


def capacity_of(scenario: Scenario, thickness: float) -> float:
    """Return `anode_capacity` [C/m^2] of an anode of the `thickness` [m]."""
    lithium = 1 - _mean_magnesium(scenario, thickness)
    return lithium * FARADAY * thickness / scenario.anode.molar_volume


def _mean_magnesium(scenario: Scenario, thickness: float) -> float:
    """Magnesium per site, averaged over the anode; of the interface for unusable profiles."""
    text = scenario.anode.x_mg_profile
    if text is None:
        return scenario.anode.x_mg
    try:
        values = read_profile(text)(np.linspace(0.0, thickness / MESH_UNIT, 2001))
    except ConfigurationError:
        return scenario.anode.x_mg
    return float(np.trapezoid(values, dx=1 / (len(values) - 1)))


def protocol_problems(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each condition of `until` that can never be met."""
    capacity = anode_capacity(scenario)
    if capacity is not None:
        yield from beyond_lithium(scenario, capacity)
    contact_changes = scenario.nucleation.mode in ("stochastic", "replay") or bool(
        scenario.geometry.void
    )
    for index, step in enumerate(scenario.protocol):
        key = f"protocol.{index}.until"
        yield from _without_effect(key, step)
        yield from _too_short(key, step, scenario.numerics.dt_min)
        if step.strips and step.until.contact_fraction is not None and not contact_changes:
            yield problem(
                f"{key}.contact_fraction",
                "can never be met: no voids are present and nucleation is off",
                step.until.contact_fraction,
            )


def _without_effect(key: str, step: ProtocolStep) -> Iterator[str]:
    until = step.until
    if isinstance(step, Rest) and until.capacity is not None:
        given = u.show(u.ArealCapacity, until.capacity)
        yield problem(f"{key}.capacity", "can never be met: no charge passes at rest", given)
    if isinstance(step, Rest | Hold) and until.overpotential is not None:
        given = u.show(u.PositivePotential, until.overpotential)
        wrong = f"can never be met: a {step.step} prescribes the "
        wrong += "current, which is zero" if isinstance(step, Rest) else "voltage"
        yield problem(f"{key}.overpotential", wrong, given)


def _too_short(key: str, step: ProtocolStep, dt_min: float) -> Iterator[str]:
    """A step that ends before the smallest time step has passed cannot be solved."""
    until, current = step.until, abs(step.signed_current)
    allowed = f"at least numerics.dt_min = {u.show(u.Time, dt_min)}"
    if until.time is not None and until.time < dt_min:
        given = u.show(u.Time, until.time)
        yield problem(f"{key}.time", "shorter than the smallest time step", given, allowed)
    if until.capacity is not None and current > 0 and until.capacity < dt_min * current:
        least = u.show(u.ArealCapacity, dt_min * current)
        yield problem(
            f"{key}.capacity",
            "has passed before the smallest time step ends",
            u.show(u.ArealCapacity, until.capacity),
            f"at least {least}, the charge of numerics.dt_min = {u.show(u.Time, dt_min)}",
        )


def beyond_lithium(scenario: Scenario, capacity: float) -> Iterator[str]:
    """Yield a line for each step that takes more than all lithium, `capacity` [C/m^2]."""
    for index, step in enumerate(scenario.protocol):
        yield from _beyond_lithium(f"protocol.{index}.until", step, capacity)


def _beyond_lithium(key: str, step: ProtocolStep, capacity: float) -> Iterator[str]:
    until = step.until
    allowed = f"less than all lithium in the anode, {u.show(u.ArealCapacity, capacity)}"
    if until.capacity is not None and until.capacity >= capacity:
        given = u.show(u.ArealCapacity, until.capacity)
        yield problem(f"{key}.capacity", "can never be met", given, allowed)
    time_alone = until.model_dump(exclude_none=True).keys() == {"time"}
    if isinstance(step, Strip | Plate) and time_alone and until.time is not None:
        charge = step.current_density * until.time
        if charge >= capacity:
            given = f"{u.show(u.Time, until.time)}, that is {u.show(u.ArealCapacity, charge)}"
            yield problem(f"{key}.time", "can never be met", given, allowed)
