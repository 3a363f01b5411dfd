"""Limits of Butler-Volmer kinetics, and the vacancies that a current injects."""

from math import exp, log

import pytest
from cases import simulation, strip
from results import EXACT, Case

from lithovoid.case.coefficients import Kinetics
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.run.simulation import Simulation
from lithovoid.theory.constants import FARADAY

I0, ALPHA_A, ALPHA_C = 100.0, 0.4, 0.6
TITLE = "Kinetics of the interface"
SOURCE = (
    "Current density of the model, integrated over the interface of a cell with uniform fields; "
    "α_a = 0.4, α_c = 0.6."
)


class Interface:
    """Current density [A/m^2] of a cell with uniform potential and lithium at the interface."""

    def __init__(self) -> None:
        kinetics = {"exchange_current_density": f"{I0} A/m^2"}
        self.cell = simulation(kinetics=kinetics | {"alpha_a": ALPHA_A, "alpha_c": ALPHA_C})
        d, model = self.cell.domain, self.cell.model
        self._current = Integral(d, model.quantity("interface_current") * d.ds_interface)

    def current(self, u: float, lithium: float = 1.0) -> float:
        """At the dimensionless overpotential `u` = F eta / RT."""
        self.cell.state.psi.x.array[:] = -u * self.cell.model.numbers(Kinetics).thermal_voltage
        self.cell.state.v.x.array[:] = 1 - lithium
        return self._current() / self.cell.domain.area


@pytest.fixture(scope="module")
def interface() -> Interface:
    return Interface()


def test_limits(interface: Interface) -> None:
    small, large, left = 1e-7, 80.0, 0.3
    with Case(TITLE, EXACT, source=SOURCE) as case:
        both = ALPHA_A + ALPHA_C
        case.compare(
            "linear law, i/u at u = 1e-7",
            interface.current(small) / small,
            both * I0,
            relative=1e-6,
            unit="A/m²",
        )
        decade = interface.current(large + log(10) / ALPHA_A) / interface.current(large)
        case.compare("Tafel law, anodic: i ten times per decade", decade, 10, relative=1e-6)
        case.compare(
            "Tafel law, anodic: i",
            interface.current(large),
            I0 * exp(ALPHA_A * large),
            relative=1e-6,
            unit="A/m²",
        )
        case.compare(
            "Tafel law, cathodic: i",
            interface.current(-large),
            -I0 * exp(ALPHA_C * large),
            relative=1e-6,
            unit="A/m²",
        )
        nernst = log(1 / left) / both
        case.compare(
            "Nernst shift at 30 % lithium: i",
            interface.current(nernst, left),
            0.0,
            absolute=1e-6 * I0,
            unit="A/m²",
        )


def test_charge_is_the_number_of_vacancies() -> None:
    """One vacancy per electron: counted over the whole anode after a strip."""
    cell: Simulation = simulation(
        protocol=[strip("1 mA/cm^2", capacity="0.1 mAh/cm^2")], numerics={"newton_tolerance": 1e-10}
    )
    stored = Integral(
        cell.domain,
        cell.model.part(Void).formulation.stored(cell.state.times[0]) * cell.domain.dx_anode,
    )
    before = stored()
    for _ in cell:
        pass
    per_area = (stored() - before) / cell.domain.area * 1e-6  # m of emptied lattice
    charge = FARADAY / cell.scenario.anode.molar_volume * per_area
    with Case(TITLE, EXACT, source=SOURCE) as case:
        case.compare(
            "charge of the vacancies after 0.1 mAh/cm²", charge, 3600.0, relative=1e-6, unit="C/m²"
        )
