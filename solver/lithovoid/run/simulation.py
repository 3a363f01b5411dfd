"""A run: scenario -> domain, state, model, solver, hooks -> steps.

    simulation = Simulation(load_scenario("lithium_strip.toml"), hooks=[...])
    for record in simulation:
        ...

The caller may own the loop (`step`, iteration); `lithovoid.run.runner` adds the run directory.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from mpi4py import MPI

from lithovoid.case.compiled_in import compiled_in
from lithovoid.equations.all_physics import PHYSICS
from lithovoid.equations.closing import Closing
from lithovoid.equations.model import Model
from lithovoid.equations.physics import Physics
from lithovoid.fields.domain import Domain
from lithovoid.fields.whole_interface import GlobalInterface
from lithovoid.hooks.base import Hook
from lithovoid.hooks.chosen_nucleation import nucleation_hook
from lithovoid.hooks.ledger import Ledger
from lithovoid.io.checkpoints import Saved
from lithovoid.io.mesh_file import mesh_hash
from lithovoid.machine.errors import CellOver
from lithovoid.measure.breakdown import Analyser
from lithovoid.measure.failure import FailureEvent
from lithovoid.measure.fresh_cell import measure_fresh_cell
from lithovoid.measure.observables import Observer
from lithovoid.measure.potential import follow_potential
from lithovoid.measure.record import MAH_PER_CM2, Record
from lithovoid.measure.whole_run import of_each_step
from lithovoid.meshes import MeshData
from lithovoid.run.snapshot import load_state, state_of
from lithovoid.run.step import advance
from lithovoid.scenario.schema import Scenario
from lithovoid.solve.newton import NewtonSolver
from lithovoid.stepping.clock import Clock
from lithovoid.stepping.controller import Change, StepController
from lithovoid.stepping.events import first_met
from lithovoid.stepping.protocol import Condition, ProtocolRunner
from lithovoid.theory.constants import MESH_UNIT
from lithovoid.voids.count import VoidCounter
from lithovoid.voids.initial import set_initial_fields
from lithovoid.voids.seeding import Seeder

AT_ONCE = 1e-6
"""Newton's tolerance for what adapts without time passing: no step's error is there to compare."""
log = logging.getLogger(__name__)


class Simulation:
    """One cell under one protocol, distributed over `comm`.

    Public parts: `domain`, `state`, `model`, `clock`, `protocol`, `observed` (the last
    Observation), `ledger`, `nucleation` (None where switched off), `failure` (None until it
    happens), `results` (those of its records by name: units, labels, definitions).
    """

    def __init__(
        self,
        scenario: Scenario,
        mesh: MeshData | None,
        hooks: Sequence[Hook] = (),
        comm: MPI.Comm = MPI.COMM_WORLD,
        saved: Saved | None = None,
        physics: Sequence[type[Physics]] = PHYSICS,
    ) -> None:
        """Build everything; `mesh` is needed on rank 0 only, `hooks` come after the built-in.

        `saved` is the checkpoint to continue from, on all ranks; `physics` are those to choose
        from, each of which says whether the `scenario` wants it. Raises ConfigurationError where
        one of them cannot do what it says.
        """
        self._mesh_hash = None if mesh is None else mesh_hash(mesh)
        self._physics = physics
        numerics = scenario.numerics
        self.domain = Domain(comm, mesh, numerics.quadrature_degree)
        self.model = Model(self.domain, scenario, physics)
        self.results = of_each_step(self.model.results)
        self.state = self.model.state
        residuals, unknowns = self.model.residuals(), self.model.unknowns
        solving = numerics.newton_iterations, numerics.solver
        self.solver, self._instant_solver = (
            NewtonSolver(
                self.domain,
                [residuals[k] for k in names],
                [unknowns[k] for k in names],
                tolerance,
                *solving,
            )
            for names, tolerance in (
                (self.model.solved, numerics.newton_tolerance),
                (self.model.instantaneous, AT_ONCE),
            )
        )
        self.closing = Closing(self.model)
        self.observer = Observer(self.model)
        measure_fresh_cell(scenario, self.model, self._instant_solver, self.observer)
        self.interface = GlobalInterface(self.domain, self.state)
        near_depth = scenario.failure.near_depth / MESH_UNIT
        self.analyser = Analyser(self.model, self.interface, near_depth)
        self.voids = VoidCounter(self.state)
        self._seeder = Seeder(self.model, scenario.nucleation.seed_radius / MESH_UNIT)
        self._prepare(scenario, hooks, saved)

    def can_reset(self, scenario: Scenario, mesh: MeshData) -> bool:
        """Whether `reset` takes `scenario`: mesh, solver and kind of equations are the same."""
        wanted = [kind for kind in self._physics if kind.wanted(scenario)]
        same_physics = wanted == [type(part) for part in self.model.physics]
        same_rest = compiled_in(scenario) == compiled_in(self.scenario)
        return same_physics and same_rest and mesh_hash(mesh) == self._mesh_hash

    def reset(self, scenario: Scenario, mesh: MeshData) -> None:
        """Begin again with the numbers of another `scenario`, on the mesh and with the forms of
        the first, with the built-in hooks only: for sweeps, which then compile nothing.

        On one rank. Raises ValueError where `can_reset` says no.
        """
        if not self.can_reset(scenario, mesh):
            raise ValueError("mesh, equations and solver must be those of the first scenario")
        self.model.reset(scenario)
        self._prepare(scenario, ())

    def _prepare(
        self, scenario: Scenario, hooks: Sequence[Hook], saved: Saved | None = None
    ) -> None:
        """Make everything that belongs to one run, and start it."""
        self.scenario = scenario
        numerics = scenario.numerics
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
        dimension = self.domain.mesh.geometry.dim
        self.nucleation = nucleation_hook(scenario, self.interface, self._seeder, dimension)
        built_in = [self.ledger, *([self.nucleation] if self.nucleation else [])]
        self.hooks: list[Hook] = [*built_in, *hooks]
        self._start(saved)

    def step(self) -> Record:
        """Take one accepted step (collective).

        Raises NumericalError when none is possible, and CellOver, with the protocol finished, where
        that is an end that physics gives.
        """
        return advance(self)

    def __iter__(self) -> Iterator[Record]:
        """Step until the protocol is finished, or the cell is over."""
        while not self.protocol.finished:
            try:
                record = self.step()
            except CellOver:
                return
            yield record

    def snapshot(self) -> dict[str, Any]:
        """Return all that a continued run needs besides the fields, as of now."""
        return state_of(self)

    def close(self) -> None:
        """Free the solvers (collective); what was computed stays."""
        self.solver.close()
        self._instant_solver.close()

    def finish_protocol_step(self, reason: str) -> None:
        """End the present protocol step and begin the next one, if there is one."""
        self.stop_reason = reason
        clock = self.clock
        self.step_ends.append((clock.step, clock.time, clock.charge / MAH_PER_CM2, reason))
        self.protocol.next(clock.time, clock.throughput)
        self.controller.restart(self.scenario.numerics.dt_initial)
        self.state.forget_history()
        if not self.protocol.finished:
            self._begin_protocol_step()

    def finish_run(self, reason: str) -> None:
        """End the present protocol step, and leave out those that follow."""
        self.step_ends.append(
            (self.clock.step, self.clock.time, self.clock.charge / MAH_PER_CM2, reason)
        )
        self.stop_reason = reason
        self.protocol.finish()

    def enter_protocol_step(self) -> None:
        """Where a protocol step begins now, let the potential follow what it prescribes.

        Collective. Steps that have ended already, by a condition met at their beginning or by a
        protocol that was changed since, are left before any time passes.
        """
        while not self.protocol.finished:
            begins = self.protocol.begins(self.clock.time)
            if begins:
                self.take_changed_fields()
            words = self.ended()
            if words is None:
                return
            words += " before its first time step" if begins else ""
            log.info("protocol.%d: %s", self.protocol.index, words)
            self.finish_protocol_step(words)

    def ended(self) -> str | None:
        """Say in words why the present protocol step ends here, or None."""
        met = first_met(self.conditions, self.observed)
        return met.words if met else self.protocol.exhausted(self.clock.time, self.clock.throughput)

    def take_changed_fields(self) -> None:
        """Take the fields as they were changed at once: potential and observation follow.

        Collective. v and phi stay as they are; the potential adapts to them without time passing.
        """
        self.state.forget_history()
        if follow_potential(self.model, self._instant_solver, self.observer):
            self.state.forget_history()
        else:  # the next step will find it together with v and phi
            self.state.restore()
        self.observed = self.observer.observe(self.clock.throughput)

    def _start(self, saved: Saved | None) -> None:
        """Set the initial state, or that of the checkpoint, and tell the hooks."""
        depth = self.analyser.distances
        set_initial_fields(self.scenario, self.model, self.interface, self._seeder, depth)
        self.protocol.begin(0.0, 0.0)
        self._begin_protocol_step()
        self._prepare_solvers()
        if saved is not None:
            load_state(self, saved)
        self.model.refresh()
        if not self.protocol.finished:
            self._begin_protocol_step()
        self.enter_protocol_step()
        for hook in self.hooks:
            hook.on_start(self)

    def _prepare_solvers(self) -> None:
        """Set the solvers up with the initial fields, so that a continued run has the same ones."""
        self.model.derivative.set(self.scenario.numerics.dt_max, 0.0)
        for solver in (self.solver, self._instant_solver):
            solver.prepare()

    def _begin_protocol_step(self) -> None:
        """Apply current or potential of the present protocol step."""
        self.model.begin_protocol_step(self.protocol.step)
        self.conditions = self.protocol.conditions()
