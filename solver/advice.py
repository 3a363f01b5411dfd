"""What to try when a guard speaks: one place for its words."""

ADVICE = {
    "bounds": "numerics.max_change_v or max_change_phi half as large, a finer "
    "geometry.interface_size, or, where voids have outgrown it, a larger geometry.fine_depth",
    "change": "a smaller numerics.dt_min, or larger numerics.max_change_phi and max_change_v",
    "energy at rest": "numerics.newton_tolerance a tenth as large, or numerics.max_change_phi half "
    "as large",
    "finite": "parameters within their usual range (lithovoid check CASE), and your own rate law",
    "ledger": "numerics.newton_tolerance a tenth as large",
    "Newton": "numerics.newton_iterations twice as large, a smaller numerics.dt_min, or a finer "
    "geometry.interface_size; PETSc tells more with -- -snes_monitor",
    "Newton health": "numerics.max_change_phi and max_change_v half as large, or "
    "-- -snes_lag_jacobian 1",
    "plating": "plating less: the metal at the contact holds more lithium than its vacancies can "
    "take up, and new metal does not grow in this model",
    "rate law": "nucleation.rate_law and its parameters",
    "step collapse": "the warnings of lithovoid check CASE, a finer geometry.interface_size, or "
    "terminations (until, failure) that end the step before",
    "wall resolution": "geometry.fine_depth as large as voids may become deep; what follows "
    "is less exact",
}


def advised(guard: str, what: str) -> str:
    """Return the message of a guard."""
    return f"{what} (guard '{guard}'). Try {ADVICE[guard]}"
