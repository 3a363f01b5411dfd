"""Rules of the nucleation hook, on frozen fields; its statistics: tests/verification."""

import json
from dataclasses import asdict

import numpy as np
from frozen_interface import FrozenInterface, Process, Seeder

from lithovoid.hooks.nucleation import SMALLEST_WAIT
from lithovoid.voids.nuclei_limits import counts


def test_the_same_seed_repeats_and_another_does_not() -> None:
    runs = [Process(FrozenInterface(), seed) for seed in (3, 3, 4)]
    for process in runs:
        process.step(50.0)
    first, again, other = (process.positions() for process in runs)
    np.testing.assert_array_equal(first, again)
    assert not np.isin(other, first).any()


def test_steps_end_at_events() -> None:
    process = Process(FrozenInterface(rate=0.1), seed=0)
    longest = SMALLEST_WAIT / 0.1
    for _ in range(30):
        before = len(process.hook.nuclei)
        process.step(process.limit())
        assert len(process.hook.nuclei) > before or process.limit() <= longest * (1 + 1e-9)
    assert len(process.hook.nuclei) >= 28


def test_without_a_rate_there_is_no_limit_and_no_event() -> None:
    process = Process(FrozenInterface(rate=0.0), seed=0)
    assert process.limit() == float("inf")
    assert process.step(1e9).nuclei == 0


def test_no_nucleus_in_or_near_a_void() -> None:
    """A void on the facet of 1.75 to 3.75 um; 1.5 um around its midpoint are out of bounds."""
    interface = FrozenInterface()
    interface.phi = np.array([0.0, 0.0, 0.0, 0.9, 0.02, 0.0])
    process = Process(interface, seed=2, exclusion=1.5)
    process.step(100.0)
    # midpoints 0.25, 1.0, 1.625, 2.75, 4.25 um: facet 2 is too near, facets 3 and 4 not intact
    assert process.positions().size > 20
    assert process.positions().max() <= 1.5


def test_nuclei_that_the_metal_cannot_feed_wait_and_open_later() -> None:
    """They keep place and time, leave no room around them, and incubation is the first of them."""
    process = Process(FrozenInterface(), seed=2, seeder=Seeder(accepts=False))
    record = process.step(30.0)
    waiting = process.hook.waiting
    assert len(waiting) >= 2
    assert record.nuclei == 0
    assert process.hook.accepted == []
    places = np.sort([nucleus.point[0] for nucleus in waiting])
    assert np.diff(places).min() > 0.5  # facets nearer than the exclusion are left out
    process.seeder.accepts = True
    assert process.step(1e-6).nuclei >= len(waiting)
    assert process.hook.waiting == []
    first = process.hook.accepted[0]
    assert (first.id, first.time, first.opened) == (0, 30.0, 30.0 + 1e-6)
    assert process.hook.incubation is not None
    assert process.hook.incubation.time == 30.0


def test_a_waiting_nucleus_is_absorbed_by_a_void_that_comes_first() -> None:
    interface = FrozenInterface()
    process = Process(interface, seed=2, seeder=Seeder(accepts=False))
    process.step(30.0)
    interface.phi[:] = 0.9
    process.step(1e-6)
    assert process.hook.waiting == []
    assert {nucleus.status for nucleus in process.hook.nuclei} == {"absorbed"}
    assert process.hook.accepted == []


def test_a_nucleus_that_finds_no_place_is_counted() -> None:
    """Nuclei that wait leave no room around them: those that are due then have no place."""
    process = Process(FrozenInterface(), seed=2, seeder=Seeder(accepts=False))
    process.step(1000.0)
    hook = process.hook
    assert hook.no_place > 0
    found = counts(hook)
    assert found["nuclei_without_place"] == hook.no_place
    assert found["nuclei_due"] == len(hook.waiting) + hook.no_place
    again = Process(FrozenInterface(), seed=2).hook
    again.load_state_dict(json.loads(json.dumps(hook.state_dict(), default=asdict)))
    assert again.no_place == hook.no_place


def test_seeds_sit_where_the_seeder_puts_them() -> None:
    process = Process(FrozenInterface(), seed=2)
    process.step(30.0)
    centres = np.array(process.seeder.centres)
    np.testing.assert_array_equal(centres[:, 0], process.positions())
    np.testing.assert_allclose(centres[:, 1], 0.2)
