"""Compile the forms of scenarios ahead of time: before many ranks or runs want them at once."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mpi4py import MPI

from lithovoid.form_compiler import form_errors_explained
from lithovoid.hooks.fields import Fields
from lithovoid.jit_cache import private_cache
from lithovoid.meshes import build_mesh
from lithovoid.scenario.load import load_scenario
from lithovoid.simulation import Simulation


def compile_forms(cases: Sequence[Path], overrides: Sequence[str] = ()) -> None:
    """Build each scenario of `cases` on this process and take one step, for the form cache.

    Raises ConfigurationError where a scenario cannot be used.
    """
    for case in cases:
        scenario = load_scenario(case, overrides)
        with TemporaryDirectory() as directory:
            fields = Fields(Path(directory), scenario.output)
            hooks = [fields] if scenario.output.fields != "none" else []
            with form_errors_explained(), private_cache(MPI.COMM_SELF):
                simulation = Simulation(scenario, build_mesh(scenario), hooks, MPI.COMM_SELF)
                simulation.step()
            for hook in simulation.hooks:
                hook.on_finish(simulation)
