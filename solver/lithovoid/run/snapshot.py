"""Take a simulation's state at the end of a step, and continue another simulation from it."""

from dataclasses import asdict
from typing import Any

from lithovoid.hooks.base import named
from lithovoid.io.checkpoints import Saved
from lithovoid.io.nodal import NodalFields
from lithovoid.measure.failure import FailureEvent
from lithovoid.measure.observables import Observation
from lithovoid.run.stepping_cell import SteppingCell
from lithovoid.stepping.clock import Clock
from lithovoid.stepping.protocol import ProtocolRunner


def state_of(s: SteppingCell) -> dict[str, Any]:
    """All that a continued run needs besides the fields, without references to what will change."""
    return {
        "clock": asdict(s.clock),
        "charge_step": s.charge_step,
        "controller": s.controller.state_dict(),
        "protocol": s.protocol.state_dict(),
        "state": s.state.state_dict(),
        "observed": s.observed,
        "failure": s.failure,
        "stop_reason": s.stop_reason,
        "step_ends": list(s.step_ends),
        "physics": {type(part).__name__: part.state_dict() for part in s.model.physics},
        "hooks": {name: hook.state_dict() for name, hook in named(s.hooks).items()},
    }


def load_state(s: SteppingCell, saved: Saved) -> None:
    """Take up the checkpoint `saved` (collective); hooks that it does not know start afresh."""
    state = saved.state
    NodalFields(s.domain, s.state).scatter(saved.fields)
    s.clock = Clock(**state["clock"])
    s.charge_step = state["charge_step"]
    s.controller.load_state_dict(state["controller"])
    s.protocol.load_state_dict(state["protocol"])
    s.state.load_state_dict(state["state"])
    s.observed = Observation(**state["observed"])
    s.failure = FailureEvent(**state["failure"]) if state["failure"] else None
    s.stop_reason = state["stop_reason"]
    s.step_ends = [(*numbers, reason) for *numbers, reason in state["step_ends"]]
    for part in s.model.physics:
        part.load_state_dict(state["physics"].get(type(part).__name__, {}))
    for name, hook in named(s.hooks).items():
        if name in state["hooks"]:
            hook.load_state_dict(state["hooks"][name])
    reopen(s.protocol, s.step_ends, s.clock, s.observed)


def reopen(
    protocol: ProtocolRunner, step_ends: list[Any], clock: Clock, observed: Observation
) -> bool:
    """Go on with a protocol step that has just ended and now is longer; return whether it is."""
    ended_now = bool(step_ends) and step_ends[-1][0] == clock.step
    again = ended_now and protocol.reopen(clock.time, clock.throughput, observed)
    if again:
        step_ends.pop()
    return again
