"""The base of all physics: each brings what belongs to it, and nothing else names it.

A physics is one class in one file. It states its unknowns, its terms in their equations, its
numbers, what it conserves, what it lets measure, and what must be saved of it; every default adds
nothing. `PHYSICS` in `lithovoid.equations.all_physics` lists those of the package in their order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import ufl
from dolfinx import fem

import numpy as np
from numpy.typing import NDArray

from lithovoid.equations.setting import Book, Setting, Wrap
from lithovoid.equations.terms.free_energy import Expression
from lithovoid.machine.guard import Guard
from lithovoid.scenario.protocol import ProtocolStep
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import Table

Region = Literal["anode", "electrolyte"]
Array = NDArray[np.float64]
Term = tuple[str, Callable[[Expression], ufl.Form]]
"""Unknown whose equation it belongs to, and the form for a test function."""

BOUNDS = Guard(
    "bounds",
    "numerics.max_change_v or max_change_phi half as large, a finer geometry.interface_size, or, "
    "where voids have outgrown it, a larger geometry.fine_depth",
)


@dataclass(frozen=True)
class Observable:
    """An integral, reported per projected area of the interface; `as_charge`: um as C/m^2."""

    form: ufl.Form
    as_charge: bool = False


@dataclass(frozen=True)
class Column:
    """A number of each step, under its name in records and its header in ``series.csv``.

    What an observable of the same name measures, or what the ledger fills in. With a `label` its
    last value is in the closing table, and in ``run.json`` as `key`; `worst`: there its largest.
    """

    name: str
    header: str
    key: str = ""
    label: str = ""
    worst: bool = False


@dataclass(frozen=True)
class Bound:
    """How far the nodes of this rank are beyond a bound, and how far they may be.

    A step that goes farther is rejected; ``{}`` in `words` is by how much.
    """

    excess: Array
    allowed: float
    words: str
    guard: Guard = BOUNDS


@dataclass(frozen=True)
class Shown:
    """A field in the files for ParaView; `update` fills it with the present state."""

    region: Region
    function: fem.Function
    update: Callable[[], None]


class Physics:
    """One effect on one model; `m` is what it may use of mesh, fields, numbers and the others.

    Everything is collective.
    """

    unknowns: ClassVar[Mapping[str, Region]] = {}
    """Its unknowns, continuous and piecewise linear, and where they live."""
    feeds: ClassVar[Mapping[str, str]] = {}
    """Its equations that are balances without time derivative, and the book that takes up, as an
    inflow, what leaves them."""
    table: ClassVar[tuple[str, type[Table]] | None] = None
    """Name and schema of its table of the scenario, where `Scenario` has none for it: a run that
    gives the table wants the physics."""
    needs: ClassVar[Mapping[str, str]] = {}
    """Groups of facets that the mesh must name, and what is said where it does not."""
    columns: ClassVar[Sequence[Column]] = ()
    always_reported: ClassVar[bool] = False
    """Whether its columns are there, as zeros, in runs that do not want it."""
    in_free_energy: ClassVar[bool] = True
    """Whether the free energy of the voids knows all of it, so that it falls at rest."""

    @classmethod
    def wanted(cls, scenario: Scenario) -> bool:
        """Whether a run of `scenario` has it."""
        return cls.table is None or cls.options(scenario) is not None

    @classmethod
    def options(cls, scenario: Scenario) -> Any:
        """Return its own `table` as `scenario` gives it, None where it does not."""
        assert cls.table is not None
        return getattr(scenario, cls.table[0], None)

    @classmethod
    def problems(cls, scenario: Scenario) -> Iterable[str]:
        """What it cannot do of a `scenario` that wants it, as lines for people."""
        return ()

    def __init__(self, m: Setting, scenario: Scenario) -> None:
        self.m = m

    def reset(self, scenario: Scenario) -> None:
        """Take other numbers than those of `Setting.numbers` from a scenario of the same kind."""

    # --- equations

    def quantities(self) -> Mapping[str, Wrap]:
        """Expressions that others use, by name: stated, or wrapped around what was stated."""
        return {}

    def books(self) -> Iterable[Book]:
        """What it conserves: the rate of what is stored becomes a term by itself."""
        return ()

    def terms(self) -> Iterable[Term]:
        """Its terms, in its own equations and in those of others."""
        return ()

    def given(self) -> Sequence[str]:
        """Those of its unknowns that stay as they are in this run, and are not solved for."""
        return ()

    def instantaneous(self) -> Sequence[str]:
        """Those of its unknowns that follow at once where other fields were changed."""
        return ()

    # --- the run

    def start(self, scenario: Scenario) -> None:
        """Set the initial values of its unknowns; zero without it."""

    def begin_protocol_step(self, step: ProtocolStep) -> None:
        """Take up what a step of the protocol prescribes."""

    def refresh(self) -> bool:
        """Take up what follows from the fields at the end of a step, but from no equation; at the
        start, too. Return whether that changed the equations (the same on all ranks)."""
        return False

    def over(self) -> str | None:
        """Why the run cannot pass a current any more, None while it can."""
        return None

    def changes(self) -> Mapping[str, Array]:
        """How much nodal values changed in the step, by the target of the step control: phi, v."""
        return {}

    def bounds(self) -> Iterable[Bound]:
        """What must not happen to its unknowns."""
        return ()

    def state_dict(self) -> dict[str, Any]:
        """What a continued run must know besides the unknowns."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up the `state_dict` of a checkpoint, as read from JSON."""

    # --- what is measured and shown

    def observables(self) -> Mapping[str, Observable]:
        """Integrals to be measured after each step."""
        return {}

    def nodal(self) -> Mapping[str, Wrap]:
        """Quantities of the same names at the nodes of the anode, as arrays, as they are now."""
        return {}

    def shown(self) -> Iterable[Shown]:
        """Fields for ParaView."""
        return ()

    def shown_at_nodes(self, name: str, values: Callable[[], Array]) -> Shown:
        """Return the field for ParaView that takes the `values` at the nodes of the anode."""
        function = fem.Function(self.m.state.anode, name=name)

        def update() -> None:
            function.x.array[:] = values()

        return Shown("anode", function, update)
