"""The Cahn-Hilliard formulation's own unknown: emptied sites, with gradient energy."""

from collections.abc import Iterable

from lithovoid.equations.formulation import COMPOSITION, CahnHilliard
from lithovoid.equations.physics import Physics, Term
from lithovoid.equations.void import Void
from lithovoid.scenario.schema import Scenario


class EmptiedSites(Physics):
    """Emptied sites c per lattice site, of which v is the potential."""

    unknowns = {COMPOSITION: "anode"}

    @classmethod
    def wanted(cls, scenario: Scenario) -> bool:
        return scenario.phase_field.formulation == "cahn_hilliard"

    def terms(self) -> Iterable[Term]:
        formulation, m = self.m.part(Void).formulation, self.m
        assert isinstance(formulation, CahnHilliard)
        yield (
            COMPOSITION,
            lambda q: formulation.balance(m.state.times[0], q, m.domain.dx_anode),
        )
