"""From a scenario to a run directory: simulation, step, snapshot, runner."""
