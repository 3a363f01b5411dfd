"""Keys that scenarios had once: what is said to those who still give them."""

_GONE = "unknown key since capillarity is that of lithium, A = RT/Omega"
_ONLY_NUMBER = "none; the only number left is phase_field.force_limit"

REPLACED = {
    "phase_field.mobility": (
        "unknown key since walls move by wall_mobility = 3 L l",
        "phase_field.wall_mobility",
    ),
    "phase_field.critical_radius": (_GONE, _ONLY_NUMBER),
    "phase_field.v_reference": (_GONE, _ONLY_NUMBER),
    "phase_field.free_energy": (_GONE, _ONLY_NUMBER),
}
"""What is wrong with each of them, and what is allowed in its place."""
