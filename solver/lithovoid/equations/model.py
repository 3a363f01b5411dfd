"""The model: a list of physics, composed to one residual per unknown."""

from collections.abc import Sequence

import ufl
from dolfinx import fem

from lithovoid.equations.physics import Array, Bound, Observable, Physics, Shown, Term
from lithovoid.equations.setting import Setting
from lithovoid.equations.terms import vacancy_transport
from lithovoid.fields.domain import Domain
from lithovoid.fields.state import State
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.protocol import ProtocolStep
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import Table
from lithovoid.theory.result import Result, named


class Model(Setting):
    """Weak form of all `physics` that a scenario wants, in their order.

    Residuals are without units, so that one tolerance serves all: balances are divided by the
    largest applied current. Before a step, set `derivative`.
    """

    def __init__(
        self, domain: Domain, scenario: Scenario, physics: Sequence[type[Physics]]
    ) -> None:
        """Raises ConfigurationError where the mesh lacks a group that a physics needs."""
        wanted = [kind for kind in physics if kind.wanted(scenario)]
        _require_groups(domain, wanted)
        unknowns = {name: region for kind in wanted for name, region in kind.unknowns.items()}
        super().__init__(domain, State(domain, unknowns), scenario)
        self.results = results_of(physics, scenario)
        self.absent = [k for k in self.results if all(k not in kind.results for kind in wanted)]
        self.physics: list[Physics] = []
        for kind in wanted:
            self._parts[kind] = part = kind(self, scenario)
            self.physics.append(part)
            for name, wrap in part.quantities().items():
                self._wraps.setdefault(name, []).append(wrap)
        self.books += [book for part in self.physics for book in part.books()]

    def reset(self, scenario: Scenario) -> None:
        """Begin again with the numbers of a `scenario` that has the same equations."""
        self.set_numbers(scenario)
        for part in self.physics:
            part.reset(scenario)
        self.state.clear()

    @property
    def unknowns(self) -> dict[str, fem.Function]:
        """The unknowns by name."""
        return self.state.now

    @property
    def solved(self) -> list[str]:
        """Names of the unknowns that a step solves for."""
        given = {name for part in self.physics for name in part.given()}
        return [name for name in self.unknowns if name not in given]

    @property
    def instantaneous(self) -> list[str]:
        """Names of the unknowns that follow at once where other fields were changed."""
        return [name for part in self.physics for name in part.instantaneous()]

    def residuals(self) -> dict[str, ufl.Form]:
        """One residual form per unknown, under its name.

        Raises LookupError where a term is for no unknown, or an unknown without terms.
        """
        terms = [self._accumulation(k) for k in range(len(self.books))]
        terms += [term for part in self.physics for term in part.terms()]
        _require_equations(set(self.unknowns), {row for row, _ in terms})
        found = {}
        for name, function in self.unknowns.items():
            q = ufl.TestFunction(function.function_space)
            first, *others = (form(q) for row, form in terms if row == name)
            found[name] = sum(others, first)
        return found

    def begin_protocol_step(self, step: ProtocolStep) -> None:
        """Let all physics take up what `step` prescribes."""
        for part in self.physics:
            part.begin_protocol_step(step)

    def refresh(self) -> bool:
        """Let all physics take up what follows from the fields; whether equations changed."""
        changed = [part.refresh() for part in self.physics]
        return any(changed)

    def over(self) -> str | None:
        """Why the run cannot pass a current any more, None while it can."""
        return next(filter(None, (part.over() for part in self.physics)), None)

    def bounds(self) -> list[Bound]:
        """What must not happen in a step, as it stands on this rank."""
        return [bound for part in self.physics for bound in part.bounds()]

    def changes(self) -> list[tuple[str, Array]]:
        """Changes of nodal values over the step, with the target that each is measured by."""
        return [change for part in self.physics for change in part.changes().items()]

    def observables(self) -> dict[str, Observable]:
        """All integrals that physics want measured, those of counted books among them.

        Raises LookupError where a physics reports what nobody measures.
        """
        dx = self.domain.dx_anode
        stored = {b.name: Observable(b.stored[0] * dx) for b in self.books if b.counted}
        for part in self.physics:
            stored |= part.observables()
        measured = {*stored, *self.absent, *(f"{b.name}_drift" for b in self.books if b.counted)}
        if missing := sorted(self.results.keys() - measured):
            raise LookupError(
                f"{', '.join(missing)}: a physics reports it, but it is neither an observable nor "
                "the drift of a book that is counted"
            )
        return stored

    def nodal(self, name: str) -> Array:
        """Return a quantity at the nodes of the anode, in the present state of this rank."""
        value = None
        for part in self.physics:
            wrap = part.nodal().get(name)
            value = value if wrap is None else wrap(value)
        assert value is not None, name
        found: Array = value
        return found

    def shown(self) -> list[Shown]:
        """All fields for ParaView."""
        return [field for part in self.physics for field in part.shown()]

    def _accumulation(self, number: int) -> Term:
        """Rate of change of what the book of that `number` stores."""
        book, dx = self.books[number], self.domain.dx_anode
        rate = self.derivative(*book.stored)
        return book.row, lambda q: self.per_current * vacancy_transport.accumulation(rate, q, dx)


def results_of(physics: Sequence[type[Physics]], scenario: Scenario) -> dict[str, Result]:
    """Return the results of each step that `physics` add to those of every run, by name.

    Raises ConfigurationError where two report the same.
    """
    found: dict[str, Result] = {}
    for kind in physics:
        if kind.always_reported or kind.wanted(scenario):
            if twice := sorted(found.keys() & kind.results.keys()):
                raise ConfigurationError(f"two physics report {', '.join(twice)}")
            found |= named(kind.results)
    return found


def tables_of(physics: Sequence[type[Physics]]) -> dict[str, type[Table]]:
    """Return the tables that `physics` add to those of every scenario."""
    return dict(kind.table for kind in physics if kind.table is not None)


def problems_of(physics: Sequence[type[Physics]], scenario: Scenario) -> list[str]:
    """Return what those `physics` that `scenario` wants cannot do of it, as lines for people."""
    return [line for kind in physics if kind.wanted(scenario) for line in kind.problems(scenario)]


def _require_equations(unknowns: set[str], rows: set[str]) -> None:
    """Raise LookupError where `rows`, the unknowns that terms are for, are not the `unknowns`."""
    for row in sorted(rows - unknowns):
        raise LookupError(f"a term is for '{row}', but no physics of this model has that unknown")
    for name in sorted(unknowns - rows):
        raise LookupError(f"the unknown '{name}' is in no equation: no physics has a term for it")


def _require_groups(domain: Domain, physics: Sequence[type[Physics]]) -> None:
    """Raise ConfigurationError where the mesh does not name what a physics needs (collective)."""
    measures = {"back": domain.ds_back, "counter": domain.ds_counter}
    one = fem.Constant(domain.mesh, 1.0)
    for kind in physics:
        for group, words in kind.needs.items():
            if domain.integral(one * measures[group]) == 0:
                raise ConfigurationError(words)
