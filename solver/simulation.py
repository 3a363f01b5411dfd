"""A run: scenario -> domain, state, model, solver, hooks -> steps.

    simulation = Simulation(load_scenario("lithium_strip.toml"), hooks=[...])
    for record in simulation:
        ...

The caller may own the loop (`step`, iteration); `lithovoid.runner` adds the run directory.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mpi4py import MPI

import numpy as np

from lithovoid.clock import Clock
from lithovoid.domain import Domain
from lithovoid.failure import FailureEvent, failure_cause, failure_mode
from lithovoid.hooks.base import Hook
from lithovoid.hooks.ledger import Ledger
from lithovoid.hooks.nucleation import StochasticNucleation
from lithovoid.hooks.nuclei import Nucleation
from lithovoid.hooks.replay import ReplayNucleation, read_plan
from lithovoid.interface import GlobalInterface
from lithovoid.meshes import MeshData
from lithovoid.model import StrippingModel
from lithovoid.newton import NewtonSolver
from lithovoid.observables import Observer
from lithovoid.parameters import Parameters
from lithovoid.physics.constants import MESH_UNIT
from lithovoid.physics.nucleation_theory import RateParameters, load_rate_law
from lithovoid.record import MAH_PER_CM2, Record
from lithovoid.scenario.schema import Scenario
from lithovoid.seeding import Seeder
from lithovoid.state import State
from lithovoid.stepping.controller import Change, StepController
from lithovoid.stepping.loop import advance
from lithovoid.stepping.protocol import Condition, ProtocolRunner


class Simulation:
    """One cell under one protocol, distributed over `comm`.

    Public parts: `domain`, `state`, `model`, `clock`, `protocol`, `seen` (the last Observation),
    `ledger`, `nucleation` (None where switched off), `failure` (None until it happens).
    """

    def __init__(
        self,
        scenario: Scenario,
        mesh: MeshData | None,
        hooks: Sequence[Hook] = (),
        comm: MPI.Comm = MPI.COMM_WORLD,
    ) -> None:
        """Build everything; `mesh` is needed on rank 0 only, `hooks` come after the built-in."""
        self.scenario = scenario
        numerics, field = scenario.numerics, scenario.phase_field
        self.domain = Domain(comm, mesh, numerics.quadrature_degree)
        self.state = State(self.domain)
        self.model = StrippingModel(
            self.domain,
            self.state,
            Parameters.from_scenario(scenario),
            _current_scale(scenario),
            field.free_energy,
            scenario.kinetics.vacancy_term,
        )
        self.solver = NewtonSolver(
            self.model, numerics.newton_tolerance, numerics.newton_iterations
        )
        self.observer = Observer(self.model)
        self.controller = StepController(
            numerics.dt_initial,
            numerics.dt_min,
            numerics.dt_max,
            Change(numerics.max_change_phi, numerics.max_change_v),
        )
        self.second_order = numerics.time_scheme == "bdf2"
        self.clock = Clock()
        self.charge_step = 0.0  # charge of the last step [C/m^2], part of the scheme's memory
        self.protocol = ProtocolRunner(scenario.protocol)
        self.conditions: list[Condition] = []
        self.failure: FailureEvent | None = None
        self.stop_reason = ""
        self.step_ends: list[tuple[int, float, float, str]] = []
        self.ledger = Ledger(numerics.ledger_limit)
        self.interface = GlobalInterface(self.domain, self.state)
        self._seeder = Seeder(self.model, scenario.nucleation.seed_radius / MESH_UNIT)
        self.nucleation = self._nucleation()
        built_in = [self.ledger, *([self.nucleation] if self.nucleation else [])]
        self.hooks: list[Hook] = [*built_in, *hooks]
        self._start()

    def step(self) -> Record:
        """Take one accepted step (collective). Raises NumericalError when none is possible."""
        record = advance(self)
        self._watch_for_failure(record)
        return record

    def __iter__(self) -> Iterator[Record]:
        """Step until the protocol is finished."""
        while not self.protocol.finished:
            yield self.step()

    def finish_protocol_step(self, reason: str) -> None:
        """End the present protocol step and begin the next one, if there is one."""
        self.stop_reason = reason
        clock = self.clock
        self.step_ends.append((clock.step, clock.time, clock.charge / MAH_PER_CM2, reason))
        self.protocol.next(clock.time, clock.throughput)
        if not self.protocol.finished:
            self._begin_protocol_step()
            self.controller.restart(self.scenario.numerics.dt_initial)
            self.state.forget_history()

    def _start(self) -> None:
        """Set the initial fields and tell the hooks."""
        parameters = self.model.parameters
        self.state.x_mg.x.array[:] = parameters.x_mg
        self.state.v.x.array[:] = parameters.v_equilibrium
        for void in self.scenario.geometry.void:
            position = np.array([void.x / MESH_UNIT])
            columns = self.interface.midpoints[:, : position.size]
            facet = int(np.linalg.norm(columns - position, axis=1).argmin())
            radius = void.radius / MESH_UNIT
            foot, normal = self.interface.midpoints[facet].copy(), self.interface.normals[facet]
            foot[: position.size] = position
            height = radius * parameters.cos_theta if void.depth is None else void.depth / MESH_UNIT
            self._seeder.open(foot + height * normal, radius)
        self.state.forget_history()
        self.protocol.begin(0.0, 0.0)
        self._begin_protocol_step()
        self.seen = self.observer.observe()
        for hook in self.hooks:
            hook.on_start(self)

    def _begin_protocol_step(self) -> None:
        """Apply current or potential of the present protocol step."""
        step = self.protocol.step
        held = step.potential is not None
        self.model.applied_current.value = step.signed_current
        self.model.held.value = float(held)
        self.model.held_voltage.value = step.potential if held else 0.0
        self.conditions = self.protocol.conditions()

    def _watch_for_failure(self, record: Record) -> None:
        if self.failure is None and record.current_density > 0.0:
            cause = failure_cause(self.seen, self.scenario.failure)
            if cause is not None:
                mode = failure_mode(self.seen, self.scenario.failure)
                self.failure = FailureEvent(
                    mode, cause, record.step, record.time, record.areal_capacity
                )

    def _nucleation(self) -> Nucleation | None:
        options = self.scenario.nucleation
        if options.mode == "off":
            return None
        if options.mode == "replay":
            assert options.replay_file is not None  # the schema sees to it
            plan = read_plan(Path(options.replay_file), self.domain.mesh.geometry.dim)
            return ReplayNucleation(self.interface, self._seeder, plan)
        return StochasticNucleation(
            load_rate_law(options.rate_law),
            RateParameters.from_scenario(self.scenario),
            self.interface,
            self._seeder,
            seed=options.seed,
            exclusion=options.exclusion_distance / MESH_UNIT,
            depth=options.depth / MESH_UNIT,
        )


def _current_scale(scenario: Scenario) -> float:
    """Current density [A/m^2] that makes residuals of order one: the largest applied."""
    applied = [abs(step.signed_current) for step in scenario.protocol]
    return max(applied) or scenario.kinetics.exchange_current_density / 100
