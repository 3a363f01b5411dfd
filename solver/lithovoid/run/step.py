"""One time step, from the choice of its length to the hooks that follow it."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace

from mpi4py import MPI

import numpy as np

from lithovoid.case.coefficients import Wall
from lithovoid.machine import profiling
from lithovoid.machine.guard import Guard
from lithovoid.measure.observables import Observation
from lithovoid.measure.record import MAH_PER_CM2, Record
from lithovoid.run.cause import give_up
from lithovoid.run.failing import watch_for_failure
from lithovoid.run.stepping_cell import SteppingCell
from lithovoid.solve.newton import SolveResult
from lithovoid.stepping.controller import Change
from lithovoid.stepping.events import locate
from lithovoid.stepping.protocol import Condition

log = logging.getLogger(__name__)

NEWTON = Guard(
    "Newton",
    "numerics.newton_iterations twice as large, a smaller numerics.dt_min, or a finer "
    "geometry.interface_size; PETSc tells more with -- -snes_monitor",
)
CHANGE = Guard(
    "change", "a smaller numerics.dt_min, or larger numerics.max_change_phi and max_change_v"
)
FINITE = Guard(
    "finite", "parameters within their usual range (lithovoid check CASE), and your own rate law"
)


@dataclass(frozen=True)
class Attempt:
    """A solved step that may stand."""

    dt: float
    observed: Observation
    change: Change
    newton_iterations: int
    linear_iterations: int
    rejected: int
    met: Condition | None
    ahead: float | None  # estimated time to a termination that a longer attempt crossed [s]


@dataclass(frozen=True)
class Trouble:
    """Why a step cannot stand: the guard that says so, and its words."""

    guard: Guard
    words: str


def advance(s: SteppingCell) -> Record:
    """Take one accepted step and let the hooks follow it (collective).

    When even the smallest step fails, raises CellOver where physics ended the run as its protocol
    means, else NumericalError; the state then is the last good one.
    """
    with profiling.stage(profiling.SOLVE):
        attempt = _solve_until_accepted(s, _choose_dt(s))
    lithium = s.observed.lithium_at_interface, attempt.observed.lithium_at_interface
    s.controller.accepted(attempt.dt, attempt.change)
    s.controller.spare_lithium(attempt.dt, *lithium)
    if attempt.ahead is not None:
        s.controller.restart(attempt.ahead)
    s.charge_step = s.model.derivative.charge_step(attempt.observed.current_density, s.charge_step)
    s.clock.advance(attempt.dt, s.charge_step)
    s.observed = attempt.observed
    record = _record(s, attempt)
    s.state.accept(attempt.dt)
    with profiling.stage(profiling.HOOKS):
        opened = [hook.on_step_accepted(s, record) for hook in s.hooks]
        if s.model.refresh() or any(opened):
            s.take_changed_fields()
    _complete(s, record)
    if any(opened):  # a fresh void first relaxes to its own profile
        s.controller.restart(1 / s.model.numbers(Wall).relaxation_rate)
    over = None if s.protocol.step.step == "rest" else s.model.over()
    watch_for_failure(s, record, over)
    if over is not None:
        s.finish_run(over)
    else:
        _follow_protocol(s, attempt.met)
    with profiling.stage(profiling.OUTPUT):
        for hook in s.hooks:
            hook.on_step_end(s, record)
    s.enter_protocol_step()
    return record


def _choose_dt(s: SteppingCell) -> float:
    limit = min((hook.limit_dt(s) for hook in s.hooks), default=float("inf"))
    dt = max(min(s.controller.dt, limit), s.controller.dt_min)
    left = s.protocol.time_left(s.clock.time, s.clock.throughput)
    if dt >= left:
        return left
    return left / 2 if dt > left / 2 else dt  # no sliver of a step at the end


def _solve_until_accepted(s: SteppingCell, dt: float) -> Attempt:
    rejected = newton = linear = 0
    crossing: tuple[float, Observation] | None = None  # of an attempt that was too long
    while True:
        result, change, trouble = _solve(s, dt)
        newton += result.newton_iterations
        linear += result.linear_iterations
        if trouble is None:
            observed = _observe(s)
            refined = locate(s.conditions, s.observed, observed, dt, s.controller.dt_min)
            if refined.dt is None:
                ahead = None
                if crossing and not refined.met:
                    ahead = _left_to(s, crossing, dt, observed)
                return Attempt(dt, observed, change, newton, linear, rejected, refined.met, ahead)
            crossing, dt = (dt, observed), refined.dt
            continue
        rejected += 1
        log.debug("step %d of %.4g s rejected: %s", s.clock.step + 1, dt, trouble.words)
        for hook in s.hooks:
            hook.on_step_rejected(s, trouble.words)
        if dt <= s.controller.dt_min:
            s.state.restore()
            give_up(s, dt, trouble.guard, trouble.words)
        shorter = s.controller.rejected(dt, change if result.converged else None)
        dt = max(shorter, s.controller.dt_min)


def _left_to(
    s: SteppingCell, crossing: tuple[float, Observation], dt: float, observed: Observation
) -> float | None:
    """Estimate how far from the end of a step `dt` the termination lies that a longer one crossed.

    A step of the usual length would only cross it again.
    """
    beyond, there = crossing
    return locate(s.conditions, observed, there, beyond - dt, s.controller.dt_min).dt


def _observe(s: SteppingCell) -> Observation:
    """Measure the solved step, with the charge that has passed when it ends (collective)."""
    observed = s.observer.observe(s.clock.throughput)
    passed = abs(s.model.derivative.charge_step(observed.current_density, s.charge_step))
    return replace(observed, throughput=s.clock.throughput + passed)


def _solve(s: SteppingCell, dt: float) -> tuple[SolveResult, Change, Trouble | None]:
    """Solve a step of `dt`; the last item says why it cannot stand, or None."""
    s.model.derivative.set(dt, s.state.step_ratio(dt) if s.second_order else 0.0)
    s.state.extrapolate(dt)
    result = s.solver.solve()
    if not result.converged:
        return result, Change(0.0, 0.0), Trouble(NEWTON, f"Newton: {result.reason}")
    s.closing.close(s.solver.sums())
    change, trouble = _inspect(s)
    if trouble is None and not s.controller.tolerates(change):
        words = f"fields changed too much: phi by {change.phi:.3g}, v by {change.v:.3g}"
        trouble = Trouble(CHANGE, words)
    return result, change, trouble


def _inspect(s: SteppingCell) -> tuple[Change, Trouble | None]:
    """Measure the change over the step and look for values that cannot be (collective)."""
    bounds, changes = s.model.bounds(), s.model.changes()
    by_target = [
        max((_largest(change) for name, change in changes if name == target), default=0.0)
        for target in ("phi", "v")
    ]
    local = np.array([*by_target, *(_largest(bound.excess) for bound in bounds)])
    local = np.append(np.nan_to_num(local, nan=np.inf), float(not s.state.is_finite()))
    worst = np.empty_like(local)
    s.domain.comm.Allreduce(local, worst, op=MPI.MAX)
    change = Change(float(worst[0]), float(worst[1]))
    if worst[-1] > 0:
        return change, Trouble(FINITE, "the solution is not finite")
    for bound, excess in zip(bounds, worst[2:-1], strict=True):
        if excess > bound.allowed:
            return change, Trouble(bound.guard, bound.words.format(excess))
    return change, None


def _largest(values: np.ndarray) -> float:
    return float(values.max(initial=0.0))


def _follow_protocol(s: SteppingCell, met: Condition | None) -> None:
    """Go to the next protocol step when the present one has ended, also by a void that opened."""
    ended = met.words if met else s.ended()
    if ended is not None:
        s.finish_protocol_step(ended)


def _record(s: SteppingCell, attempt: Attempt) -> Record:
    """Return what is known of a step before hooks follow it (collective)."""
    observed, model = attempt.observed, s.model
    measured = dict.fromkeys(model.absent, 0.0) | dict(observed.of_physics)
    return Record(
        step=s.clock.step,
        time=s.clock.time,
        protocol_step=s.protocol.index,
        step_kind=s.protocol.step.step,
        current_density=observed.current_density,
        areal_capacity=s.clock.charge / MAH_PER_CM2,
        cell_voltage=observed.cell_voltage,
        overpotential=observed.overpotential,
        contact_fraction=observed.contact_fraction,
        lithium_at_interface=observed.lithium_at_interface,
        void_layer_thickness=observed.void_layer_thickness,
        dt=attempt.dt,
        newton_iterations=attempt.newton_iterations,
        linear_iterations=attempt.linear_iterations,
        rejected_steps=attempt.rejected,
        **asdict(s.analyser.analyse(observed)),
        of_physics={name: measured[name] for name in model.results if name in measured},
    )


def _complete(s: SteppingCell, record: Record) -> None:
    """Add the voids and nuclei that there are after hooks have changed the fields (collective)."""
    voids, events = s.voids.measure(), s.nucleation
    record.void_count = len(voids.width)
    record.mean_void_width = float(voids.width.mean()) if record.void_count else None
    record.mean_void_depth = float(voids.depth.mean()) if record.void_count else None
    record.nuclei = len(events.accepted) if events else 0
    record.expected_nuclei = events.expected if events else None
    record.expected_nuclei_density = events.expected_density if events else None
