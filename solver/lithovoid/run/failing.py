"""The failure of a cell while it steps: the first criterion that is met, or the end that physics
gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lithovoid.measure.failure import FailureEvent, failure_cause, failure_mode
from lithovoid.measure.record import MAH_PER_CM2

if TYPE_CHECKING:
    from lithovoid.measure.observables import Observation
    from lithovoid.measure.record import Record
    from lithovoid.run.stepping_cell import SteppingCell


def watch_for_failure(s: SteppingCell, record: Record, over: str | None) -> None:
    """Remember the first step that meets a failure criterion while stripping, or after which
    it is `over`: no contact is left, whatever the last solution had."""
    if s.failure is None and record.current_density > 0.0:
        seen = s.observed if over is None else replace(s.observed, contact_fraction=0.0)
        cause = over or failure_cause(seen, s.scenario.failure)
        if cause is not None:
            seen = replace(seen, overpotential=record.overpotential)
            _fail(s, seen, cause, record.concentration_voltage)


def end_cell(s: SteppingCell, words: str, gone: str) -> None:
    """End the run where it stands: of the contact, or the lithium at it, nothing is left.

    Collective. `gone` is the name of that in an Observation.
    """
    nothing: Any = {gone: 0.0}
    if s.failure is None and s.observed.current_density > 0.0:
        parts = s.analyser.analyse(s.observed)
        _fail(s, replace(s.observed, **nothing), words, parts.concentration_voltage)
    s.finish_run(words)


def _fail(s: SteppingCell, seen: Observation, cause: str, concentration: float) -> None:
    """Remember that the cell failed now; `concentration` is that part of the voltage [V]."""
    s.failure = FailureEvent(
        mode=failure_mode(seen, s.scenario.failure),
        cause=cause,
        step=s.clock.step,
        time=s.clock.time,
        areal_capacity=s.clock.charge / MAH_PER_CM2,
        contact_fraction=seen.contact_fraction,
        lithium_at_interface=seen.lithium_at_interface,
        overpotential=seen.overpotential,
        concentration_share=concentration / max(seen.overpotential, 1e-12),
    )
