"""The rate law of nucleation that a scenario names, and what it may know."""

from functools import cache
from importlib.metadata import EntryPoints, entry_points

from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.nucleation import RateLaw, RateParameters

RATE_LAWS = "lithovoid.rate_laws"
"""Group of entry points in which rate laws are found."""


def rate_parameters(scenario: Scenario) -> RateParameters:
    """Take the parameters of a rate law from `scenario`."""
    anode, electrolyte = scenario.anode, scenario.electrolyte
    return RateParameters(
        prefactor=scenario.nucleation.prefactor,
        temperature=scenario.temperature,
        molar_volume=anode.molar_volume,
        surface_energy=anode.surface_energy,
        surface_energy_slope=anode.surface_energy_slope,
        adhesion=electrolyte.adhesion,
        adhesion_slope=electrolyte.adhesion_slope,
        equilibrium_vacancies=anode.equilibrium_vacancies,
    )


@cache
def installed_rate_laws() -> EntryPoints:
    """Return the rate laws that installed packages offer; looking for them takes 20 ms."""
    return entry_points(group=RATE_LAWS)


def load_rate_law(name: str) -> RateLaw:
    """Return the rate law that is installed under `name`.

    Raises ConfigurationError, with the names of those installed, if there is none.
    """
    installed = installed_rate_laws()
    if name not in installed.names:
        known = ", ".join(sorted(installed.names)) or "none installed"
        raise ConfigurationError(
            f"nucleation.rate_law: no such rate law (given: {name!r}; allowed: {known})"
        )
    law: RateLaw = installed[name].load()
    return law
