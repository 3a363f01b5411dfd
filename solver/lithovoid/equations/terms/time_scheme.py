"""Time derivative of variable-step BDF2, or of backward Euler where there is no history.

    (a c_new + b c_old + d c_older) / dt,   r = dt / dt_before,
    a = (1 + 2r)/(1 + r),  b = -(1 + r),  d = r^2/(1 + r)

(Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, section III.5.) r = 0 gives
backward Euler. Applied to the stored vacancies as one expression, the scheme conserves lithium
exactly; `charge_step` is the charge that it passes.
"""

from dolfinx import fem, mesh

from lithovoid.equations.terms.free_energy import Expression


class TimeDerivative:
    """The derivative as a UFL expression, its step and weights as constants of the forms."""

    def __init__(self, domain: mesh.Mesh) -> None:
        # not fem.Constant: DOLFINx annotates the setter of `value` with arrays, but takes numbers
        self._dt: Expression = fem.Constant(domain, 1.0)
        self._weights: list[Expression] = [
            fem.Constant(domain, weight) for weight in (1.0, -1.0, 0.0)
        ]

    def set(self, dt: float, ratio: float) -> None:
        """Prepare a step of `dt` seconds, `ratio` times the one before (0: no history)."""
        self._dt.value = dt
        values = (1 + 2 * ratio) / (1 + ratio), -(1 + ratio), ratio**2 / (1 + ratio)
        for constant, value in zip(self._weights, values, strict=True):
            constant.value = value

    def __call__(self, now: Expression, old: Expression, older: Expression) -> Expression:
        """Rate of change [1/s] of the quantity with these values at the last three times."""
        a, b, d = self._weights
        return (a * now + b * old + d * older) / self._dt

    @property
    def leading(self) -> float:
        """Factor of the value at the end of the step [1/s]."""
        return float(self._weights[0].value) / float(self._dt.value)

    def charge_step(self, current: float, before: float) -> float:
        """Charge [C/m^2] of the step at `current` [A/m^2], after a step that passed `before`.

        The same quadrature in time that the balance equation implies: dt times the current where
        that is constant.
        """
        a, _, d = (float(constant.value) for constant in self._weights)
        return (float(self._dt.value) * current + d * before) / a
