"""The two forms of the free energy on one scenario: default, and Cahn-Hilliard with Allen-Cahn."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from results import FORMULATIONS, Case

from lithovoid.case.load import load_scenario
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation

SCENARIO = Path(__file__).parents[2] / "scenarios" / "lithium_strip_quick.toml"
SOURCE = (
    "`scenarios/lithium_strip_quick.toml` with `phase_field.formulation` two_field and "
    "cahn_hilliard (c, μ with gradient energy, and φ, after Rokkam et al. 2009), the same seed."
)
NOTE = (
    "With Cahn-Hilliard a void stores v - v_e more vacancies than its sites, so that the same "
    "charge makes a void smaller by a few per cent; limits are set by that."
)


class Strip:
    """A run to the loss of contact, and its series."""

    def __init__(self, formulation: str) -> None:
        scenario = load_scenario(SCENARIO, [f'phase_field.formulation="{formulation}"'])
        self.cell = Simulation(scenario, build_mesh(scenario), comm=MPI.COMM_SELF)
        records = list(self.cell)
        self.last = records[-1]
        self.capacity, self.contact, self.layer = np.array(
            [(r.areal_capacity, r.contact_fraction, r.void_layer_thickness) for r in records]
        ).T

    @property
    def incubation(self) -> float:
        """Capacity at the first void [mAh/cm^2]."""
        assert self.cell.nucleation is not None
        return self.cell.nucleation.accepted[0].areal_capacity

    @property
    def mode(self) -> str:
        assert self.cell.failure is not None
        return self.cell.failure.mode


@pytest.mark.long
def test_both_forms_strip_alike() -> None:
    with Case("Two forms of the free energy", FORMULATIONS, SOURCE, NOTE) as case:
        ours, other = Strip("two_field"), Strip("cahn_hilliard")
        for name, one, two, limit, unit in (
            ("capacity at the first void", other.incubation, ours.incubation, 0.01, "mAh/cm²"),
            ("capacity", other.last.areal_capacity, ours.last.areal_capacity, 0.02, "mAh/cm²"),
            ("void layer", other.layer[-1], ours.layer[-1], 0.02, "µm"),
        ):
            case.compare(f"{name}, Cahn-Hilliard", one, two, relative=limit, unit=unit)
        common = np.linspace(0, min(ours.capacity[-1], other.capacity[-1]), 200)
        contact = [np.interp(common, run.capacity, run.contact) for run in (ours, other)]
        worst = float(np.abs(contact[0] - contact[1]).max())
        case.bound("largest difference of the contact fraction", worst, at_most=0.05)
        case.bound("ledger residual, Cahn-Hilliard", other.cell.ledger.worst, at_most=1e-8)
        assert ours.mode == other.mode == "contact_loss"

        def draw(axes: Any) -> None:
            for run, label in ((ours, "two_field"), (other, "cahn_hilliard")):
                axes.plot(run.capacity, run.contact, label=label)
            axes.set(xlabel="capacity [mAh/cm²]", ylabel="contact fraction")
            axes.legend(fontsize=7)

        case.figure("formulations", draw, "Contact lost in both forms")
