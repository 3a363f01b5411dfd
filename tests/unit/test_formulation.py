"""The Cahn-Hilliard formulation: lithium, energy, and the same strip as the default form."""

from typing import Any

import numpy as np
import pytest
from cases import begin_here, simulation, strip
from scenario_cases import scenario

from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.machine.errors import ConfigurationError
from lithovoid.run.simulation import Simulation
from lithovoid.voids.seeding import Seeder

CAHN_HILLIARD = {"formulation": "cahn_hilliard"}
SQUARE = {"width": "4 um", "anode": "4 um", "interface_size": "0.15 um"}


def cell(**changes: Any) -> Simulation:
    return simulation(**({"geometry": SQUARE, "phase_field": CAHN_HILLIARD} | changes))


def supersaturate(run: Simulation, v: float) -> None:
    for name in ("v", "c"):
        run.state.now[name].x.array[:] = v


def test_insertion_conserves_lithium_or_changes_nothing() -> None:
    run = cell(anode={"x_mg": 0.1})
    seeder = Seeder(run.model, 0.5)
    emptied = Integral(
        run.domain,
        run.model.part(Void).formulation.stored(run.state.times[0]) * run.domain.dx_anode,
    )
    supersaturate(run, 0.2)
    before = emptied()
    assert seeder.insert(np.array([1.37, 0.1]))
    assert emptied() == pytest.approx(before, rel=1e-12)
    c = run.state.now["c"].x.array
    assert c.max() > 0.75  # the void has emptied its sites, all but x_mg

    supersaturate(run, 1.1e-3)
    run.state.phi.x.array[:] = 0.0
    assert not seeder.insert(np.array([1.37, 0.1]))
    assert np.ptp(c) == 0.0
    assert run.state.phi.x.array.max() == 0.0


def strip_with_a_void(formulation: str) -> Simulation:
    run = simulation(
        geometry=SQUARE | {"void": [{"x": "0 um", "radius": "1 um"}]},
        phase_field={"formulation": formulation},
        protocol=[strip("0.1 mA/cm^2", time="30 min")],
    )
    for _ in run:
        pass
    return run


def test_a_void_grows_as_in_the_default_formulation() -> None:
    two_field, cahn_hilliard = (strip_with_a_void(f) for f in ("two_field", "cahn_hilliard"))
    assert cahn_hilliard.ledger.worst < 1e-8
    ours, other = cahn_hilliard.observed, two_field.observed
    # with equal parabolas a void stores v - v_e more, here 0.03: the same charge, a smaller void
    assert ours.contact_fraction == pytest.approx(other.contact_fraction, rel=0.02)
    assert ours.void_layer_thickness == pytest.approx(other.void_layer_thickness, rel=0.05)
    assert ours.lithium_at_interface == pytest.approx(other.lithium_at_interface, rel=0.02)


def test_free_energy_falls_at_rest() -> None:
    run = cell(
        geometry=SQUARE | {"void": [{"x": "0 um", "radius": "1 um"}]},
        protocol=[{"step": "rest", "until": {"time": "30 min"}}],
        numerics={"time_scheme": "backward_euler"},
    )
    begin_here(run)
    energy = Integral(run.domain, run.model.part(Void).free_energy())
    energies = [energy()]
    energies += [energy() for _ in run]
    assert np.diff(energies).max() <= 1e-12 * energies[0]
    assert energies[-1] < 0.999 * energies[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"phase_field": CAHN_HILLIARD, "anode": {"magnesium_mobility": 0.1}},
        {"phase_field": CAHN_HILLIARD, "anode": {"sink_rate": "1e-6 1/s"}},
    ],
)
def test_what_it_does_not_do_is_said(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"phase_field.formulation: cannot be used with"):
        scenario(**changes)
