"""Observations that the tests of protocol and failure start from."""

from dataclasses import replace

from lithovoid.measure.observables import Observation

INTACT = Observation(
    current_density=1.0,
    cell_voltage=0.01,
    overpotential=0.0,
    contact_fraction=1.0,
    lithium_at_interface=1.0,
    void_layer_thickness=0.0,
    void_charge=0.0,
    lattice_charge=0.0,
    throughput=0.0,
)


def observation(**changes: float) -> Observation:
    """Return the observation of an intact cell with `changes`."""
    return replace(INTACT, **changes)
