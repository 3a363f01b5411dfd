"""What every physics may use: mesh, fields, numbers, and what other physics say."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dolfinx import fem

from lithovoid.case.coefficients import (
    Coefficients,
    Diffusion,
    Kinetics,
    Lattice,
    Wall,
    current_scale,
)
from lithovoid.equations.terms.free_energy import Expression
from lithovoid.equations.terms.time_scheme import TimeDerivative
from lithovoid.fields.domain import Domain
from lithovoid.fields.state import State
from lithovoid.scenario.schema import Scenario

Wrap = Callable[[Any], Any]
"""Makes an expression of what the physics before it say; the first of them gets None."""


@dataclass(frozen=True)
class Book:
    """A conserved quantity of the anode, per lattice site.

    `row` is the unknown whose equation is its balance, `stored` are its values now, at the
    beginning of the step and one step before, `at_back` what metal brings that enters at the back.
    The ledger counts it by its name where it is `counted`; lithium is counted in any case.
    `carrier` is the unknown in which a lack is made good, that of `row` where nothing is said.
    """

    name: str
    row: str
    stored: Sequence[Expression]
    at_back: Expression
    counted: bool = True
    carrier: str = ""


class Setting:
    """Mesh, fields and numbers of a model, and the quantities that its physics make together.

    `derivative` is the rate of change of the step, `scale` the current density by which balances
    are divided; `books` are those of all physics.
    """

    def __init__(self, domain: Domain, state: State, scenario: Scenario) -> None:
        self.domain, self.state = domain, state
        self.books: list[Book] = []
        self._scenario = scenario
        self._kinds: dict[type, tuple[Any, Any]] = {}
        self._wraps: dict[str, list[Wrap]] = {}
        self._quantities: dict[str, Expression] = {}
        self._parts: dict[type, Any] = {}
        for kind in (Diffusion, Wall, Lattice, Kinetics):
            self.constants(kind)
        # Expression: DOLFINx annotates the setter of a constant's value with arrays alone
        self.scale: Expression = fem.Constant(domain.mesh, current_scale(scenario))
        self.derivative = TimeDerivative(domain.mesh)

    def numbers[C: Coefficients](self, kind: type[C]) -> C:
        """Return the coefficients of one `kind` as floats."""
        self.constants(kind)
        found: C = self._kinds[kind][0]
        return found

    def constants[C: Coefficients](self, kind: type[C]) -> C:
        """Return the coefficients of one `kind` as constants of the forms, under the same names."""
        if kind not in self._kinds:
            numbers: Any = kind.from_scenario(self._scenario)
            values = asdict(numbers).items()
            made: Any = kind
            constants = made(**{k: fem.Constant(self.domain.mesh, x) for k, x in values})
            self._kinds[kind] = numbers, constants
        found: C = self._kinds[kind][1]
        return found

    def set_numbers(self, scenario: Scenario) -> None:
        """Put the numbers of another `scenario` into the compiled forms."""
        self._scenario = scenario
        self.scale.value = current_scale(scenario)
        for kind, (_, constants) in self._kinds.items():
            made: Any = kind
            numbers = made.from_scenario(scenario)
            self._kinds[kind] = numbers, constants
            for name, value in asdict(numbers).items():
                getattr(constants, name).value = value

    @property
    def per_current(self) -> Expression:
        """Factor that makes a balance of sites [um/s] one of currents in units of `scale`."""
        return self.constants(Lattice).charge_per_length / self.scale

    def rate_of_unit(self) -> float:
        """What one more um^d stored adds to the residual of its balance, in the present step."""
        numbers = self.numbers(Lattice)
        return numbers.charge_per_length / float(self.scale.value) * self.derivative.leading

    def quantity(self, name: str) -> Expression:
        """Return a quantity that one physics states, and others may have wrapped.

        Raises LookupError where no physics of the model states it.
        """
        if name not in self._quantities:
            if name not in self._wraps:
                raise LookupError(f"no physics of this model states the quantity '{name}'")
            value = None
            for wrap in self._wraps[name]:
                value = wrap(value)
            self._quantities[name] = value
        return self._quantities[name]

    def part[P](self, kind: type[P]) -> P:
        """Return the physics of that `kind`. Raises LookupError where the model has none."""
        if kind not in self._parts:
            raise LookupError(f"this model has no {kind.__name__}")
        found: P = self._parts[kind]
        return found
