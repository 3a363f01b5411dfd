"""Numbers of the model in the units of its forms: the one place that converts lengths.

Meshes and gradients are in micrometres; time in s, potential in V, current density in A/m^2 and
energy density in J/m^3. `Parameters` holds plain floats, computed once from a scenario.
"""

from dataclasses import dataclass
from math import exp, log

from lithovoid.case.rate_law import rate_parameters
from lithovoid.scenario.schema import PhaseField, Scenario
from lithovoid.theory.constants import FARADAY, GAS, MESH_UNIT
from lithovoid.theory.nucleation import (
    contact_angle_cosine,
    surface_energy,
)


@dataclass(frozen=True)
class Parameters:
    """Coefficients of the weak forms; sources in the material files and in `physics`."""

    # anode
    x_mg: float  # magnesium per lattice site
    diffusivity: float  # D0 at temperature [um^2/s]
    diffusivity_decay: float  # k_D
    void_diffusivity: float  # [um^2/s]
    surface_diffusion: float  # D_s delta_s [um^3/s]
    magnesium_mobility: float  # chi, diffusivity of magnesium over that of vacancies
    sink_rate: float  # k_s [1/s]
    # free energy and phase field
    half_width: float  # l [um]
    gradient_length: float  # l_c of the Cahn-Hilliard formulation [um]
    barrier: float  # W [J/m^3]
    relaxation_rate: float  # L W [1/s]
    cos_theta: float  # Young angle of the metal on the electrolyte
    stiffness: float  # A of the parabolic, s RT/Omega of the ideal free energy [J/m^3]
    v_equilibrium: float
    # interface and electrolyte
    charge_per_length: float  # charge that empties one um of lattice [C/m^2/um]
    thermal_voltage: float  # RT/F [V]
    exchange_current: float  # i0 [A/m^2]
    alpha_a: float
    alpha_c: float
    conductivity: float  # [A/m^2 per V/um]
    series_resistance: float  # [ohm m^2]

    @property
    def lithium(self) -> float:
        """Lithium per site of fresh metal, x_0 = 1 - x_mg."""
        return 1.0 - self.x_mg

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> "Parameters":
        """Convert the SI values of `scenario`; composition enters surface energy and adhesion."""
        anode, electrolyte = scenario.anode, scenario.electrolyte
        field, kinetics = scenario.phase_field, scenario.kinetics
        temperature = scenario.temperature
        arrhenius = exp(
            -anode.activation_energy / GAS * (1 / temperature - 1 / anode.reference_temperature)
        )
        d0 = anode.diffusivity * arrhenius / MESH_UNIT**2
        nucleation = rate_parameters(scenario)
        gamma = float(surface_energy(anode.x_mg, nucleation))
        barrier = 6 * gamma / field.l
        return cls(
            x_mg=anode.x_mg,
            diffusivity=d0,
            diffusivity_decay=anode.diffusivity_decay,
            void_diffusivity=field.void_diffusivity
            * d0
            * exp(-anode.diffusivity_decay * anode.x_mg),
            surface_diffusion=anode.surface_diffusion / MESH_UNIT**3,
            magnesium_mobility=anode.magnesium_mobility,
            sink_rate=anode.sink_rate,
            half_width=field.l / MESH_UNIT,
            gradient_length=field.gradient_length / MESH_UNIT,
            barrier=barrier,
            relaxation_rate=field.mobility * barrier,
            cos_theta=float(contact_angle_cosine(anode.x_mg, nucleation)),
            stiffness=_stiffness(field, gamma),
            v_equilibrium=field.v_equilibrium,
            charge_per_length=FARADAY * MESH_UNIT / anode.molar_volume,
            thermal_voltage=GAS * temperature / FARADAY,
            exchange_current=kinetics.exchange_current_density,
            alpha_a=kinetics.alpha_a,
            alpha_c=kinetics.alpha_c,
            conductivity=electrolyte.conductivity / MESH_UNIT,
            series_resistance=electrolyte.series_resistance,
        )


def _stiffness(field: PhaseField, gamma: float) -> float:
    """Scale of the driving force that makes `critical_radius` critical at `v_reference`.

    The driving force there is 2 gamma / r*: A v_reference (parabolic, v_e neglected) or
    s RT/Omega ln(v_reference / v_e) (ideal). The physical force would need nanometre meshes.
    """
    force = 2 * gamma / field.critical_radius
    if field.free_energy == "parabolic":
        return force / field.v_reference
    return force / log(field.v_reference / field.v_equilibrium)
