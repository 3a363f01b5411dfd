"""A physics of one file: a tracer that diffuses in the metal, dissolves from nothing, and is shown.

It has all that a physics can have, and nothing elsewhere knows of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import Field

from lithovoid.equations.physics import Bound, Observable, Physics, Region, Shown, Term
from lithovoid.equations.setting import Book, Wrap
from lithovoid.equations.terms import vacancy_transport
from lithovoid.scenario import units as u
from lithovoid.scenario.protocol import ProtocolStep
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import Fraction, Table
from lithovoid.theory.constants import MESH_UNIT
from lithovoid.theory.result import Result, Results


class TracerTable(Table):
    """A tracer in the metal."""

    diffusivity: u.Diffusivity = Field(description="diffusivity of the tracer")
    start: Fraction = Field(0.01, description="tracer per site at the start, at the interface")
    slows: float = Field(0.0, description="how much it slows vacancies down")

    @property
    def unknown_fields(self) -> int:
        return 1


@dataclass(frozen=True)
class Mobility:
    """Diffusion of the tracer."""

    diffusivity: float  # [um^2/s]
    slows: float

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        options = Tracer.options(scenario)
        return cls(options.diffusivity / MESH_UNIT**2, options.slows)


class Tracer(Physics):
    """Tracer per lattice site; conserved, carried along, and a brake for vacancies."""

    unknowns: ClassVar[Mapping[str, Region]] = {"tracer": "anode"}
    table = ("tracer", TracerTable)
    results: ClassVar[Results] = {
        "tracer_drift": Result(
            "drift of the tracer", "tracer lost or made, relative to all of it", over_run="largest"
        ),
        "tracer_square": Result(
            "tracer, squared", "integral of its square over the anode", "um", shown=True
        ),
    }

    @classmethod
    def problems(cls, scenario: Scenario) -> Iterable[str]:
        if cls.options(scenario).start > 0.5:
            yield "tracer.start: more than half of the sites (allowed: at most 0.5)"

    def __init__(self, m: Any, scenario: Scenario) -> None:
        super().__init__(m, scenario)
        self.protocol_steps = 0

    def quantities(self) -> Mapping[str, Wrap]:
        tracer, c = self.m.state.now["tracer"], self.m.constants(Mobility)
        return {"diffusivity": lambda d: d * (1 - c.slows * tracer)}

    def books(self) -> Iterable[Book]:
        yield Book("tracer", "tracer", [fields["tracer"] for fields in self.m.state.times], 0.0)

    def terms(self) -> Iterable[Term]:
        m, c, dx = self.m, self.m.constants(Mobility), self.m.domain.dx_anode
        tracer = m.state.now["tracer"]
        yield (
            "tracer",
            lambda q: m.per_current * vacancy_transport.diffusion(c.diffusivity, tracer, q, dx),
        )

    def start(self, scenario: Scenario) -> None:
        height = self.m.state.anode.tabulate_dof_coordinates()[:, -2]
        decay = np.exp(-np.abs(height))
        self.m.state.now["tracer"].x.array[:] = self.options(scenario).start * decay

    def begin_protocol_step(self, step: ProtocolStep) -> None:
        self.protocol_steps += 1

    def bounds(self) -> Iterable[Bound]:
        yield Bound(-self.m.state.now["tracer"].x.array, 1e-3, "tracer fell to -{:.3g}")

    def observables(self) -> Mapping[str, Observable]:
        tracer = self.m.state.now["tracer"]
        return {"tracer_square": Observable(tracer * tracer * self.m.domain.dx_anode)}

    def shown(self) -> Iterable[Shown]:
        yield self.shown_at_nodes("tracer", lambda: self.m.state.now["tracer"].x.array)

    def state_dict(self) -> dict[str, Any]:
        return {"protocol_steps": self.protocol_steps}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.protocol_steps = state["protocol_steps"]
