"""Contraction of the lattice: sinks of vacancies take sites with them, and the metal follows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from lithovoid.case.coefficients import Lattice, Wall
from lithovoid.equations.physics import Observable, Physics, Term
from lithovoid.equations.setting import Book
from lithovoid.equations.terms import contraction
from lithovoid.equations.terms.free_energy import Expression
from lithovoid.scenario.schema import Scenario


@dataclass(frozen=True)
class Sinks:
    """Sinks of vacancies in the metal."""

    sink_rate: float  # k_s [1/s]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        return cls(scenario.anode.sink_rate)


class Contraction(Physics):
    """The velocity potential of the lattice, X [um^2/s]; it carries all that is conserved."""

    unknowns = {"flow": "anode"}
    feeds = {"flow": "emptied_sites"}
    needs = {
        "back": "anode.sink_rate: needs the back of the anode, where metal enters; the mesh file "
        "has no group of that name (allowed here: 0 1/s)"
    }

    @classmethod
    def wanted(cls, scenario: Scenario) -> bool:
        return scenario.anode.lattice_contracts

    def terms(self) -> Iterable[Term]:
        m, s, d = self.m, self.m.state, self.m.domain
        flow, loss, dx = s.now["flow"], self._site_loss(), d.dx_anode
        yield from (self._carried(book) for book in m.books)
        yield "v", lambda q: m.per_current * (loss * q * dx)
        yield (
            "flow",
            lambda q: m.per_current * contraction.continuity(flow, loss, q, dx, d.ds_back),
        )
        rate = m.constants(Wall).relaxation_rate
        yield "phi", lambda q: 1 / rate * contraction.convection(flow, s.phi, q, dx)

    def observables(self) -> Mapping[str, Observable]:
        """What enters at the back: lithium, and each species that the ledger counts."""
        s, v_0, back = self.m.state, self.m.constants(Lattice).v_equilibrium, self.m.domain.ds_back
        inflow = -contraction.outflow(s.now["flow"])
        lithium = Observable(inflow * (1 - s.fresh - v_0) * back, as_charge=True)
        return {"lithium_entering": lithium} | {
            f"{book.name}_entering": Observable(inflow * book.at_back * back)
            for book in self.m.books
            if book.counted
        }

    def _carried(self, book: Book) -> Term:
        m, d, flow = self.m, self.m.domain, self.m.state.now["flow"]
        return (
            book.row,
            lambda q: (
                m.per_current
                * contraction.advection(
                    flow, book.stored[0], book.at_back, q, d.dx_anode, d.ds_back
                )
            ),
        )

    def _site_loss(self) -> Expression:
        s, v_e = self.m.state, self.m.constants(Lattice).v_equilibrium
        return contraction.site_loss(self.m.constants(Sinks).sink_rate, s.v, v_e, s.phi)
