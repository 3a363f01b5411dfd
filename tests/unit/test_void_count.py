import numpy as np
import pytest
from cases import simulation

from lithovoid.run.simulation import Simulation
from lithovoid.voids.count import VoidCounter
from lithovoid.voids.seeding import profile


@pytest.fixture(scope="module")
def cell() -> Simulation:
    return simulation(geometry={"width": "6 um", "anode": "4 um", "interface_size": "0.2 um"})


@pytest.mark.parametrize(
    ("centres", "count"),
    [
        ([], 0),
        ([(3.0, 0.0)], 1),
        ([(1.5, 0.0), (4.5, 0.0)], 2),
        ([(2.5, 0.0), (3.5, 0.0)], 1),  # overlap
        ([(1.2, 0.5), (4.8, 0.5), (3.0, 3.0)], 3),
        ([(1.2, 0.5), (2.4, 0.5), (3.6, 0.5), (3.0, 3.0)], 2),  # three in a row make one
    ],
)
def test_separate_voids_are_counted(
    cell: Simulation, centres: list[tuple[float, float]], count: int
) -> None:
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    phi = cell.state.phi.x.array
    phi[:] = 0.0
    for centre in centres:
        np.maximum(phi, profile(points, np.array(centre), 0.75, 0.1), out=phi)
    assert VoidCounter(cell.state).count() == count
