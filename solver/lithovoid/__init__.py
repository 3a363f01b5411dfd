"""Lithovoid: when, where and why a lithium anode loses contact while it is stripped.

    from lithovoid import Simulation, load_scenario
    from lithovoid.meshes import build_mesh

    scenario = load_scenario("lithium_strip.toml")
    for record in Simulation(scenario, build_mesh(scenario)):
        print(record.time, record.contact_fraction)

The public names are imported when they are first used: a scenario can be loaded and checked, and a
run directory read, without DOLFINx.
"""

import sys

if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
    # `python -m lithovoid`: a typing.py or numpy.py in the user's folder is not the library
    del sys.path[0]

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lithovoid._version import __version__

if TYPE_CHECKING:
    from lithovoid.case.load import load_scenario
    from lithovoid.equations.all_physics import PHYSICS
    from lithovoid.equations.physics import Physics
    from lithovoid.hooks.base import Hook
    from lithovoid.postprocess.run import Run
    from lithovoid.run.runner import run_scenario
    from lithovoid.run.simulation import Simulation
    from lithovoid.scenario.schema import Scenario

__all__ = [
    "PHYSICS",
    "Hook",
    "Physics",
    "Run",
    "Scenario",
    "Simulation",
    "__version__",
    "load_scenario",
    "run_scenario",
]

_HOMES = {
    "Run": "lithovoid.postprocess.run",
    "Scenario": "lithovoid.scenario.schema",
    "load_scenario": "lithovoid.case.load",
    "Hook": "lithovoid.hooks.base",
}

_ON_DOLFINX = {
    "PHYSICS": "lithovoid.equations.all_physics",
    "Physics": "lithovoid.equations.physics",
    "Simulation": "lithovoid.run.simulation",
    "run_scenario": "lithovoid.run.runner",
}
"""Names whose modules need the solver's libraries, started in their order."""


def __getattr__(name: str) -> Any:
    if name in _ON_DOLFINX:
        import_module("lithovoid.machine.bootstrap").start()
        return getattr(import_module(_ON_DOLFINX[name]), name)
    if name not in _HOMES:
        raise AttributeError(f"module 'lithovoid' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)
