"""The anode of a scenario: composition, transport, energies, and what may move in it."""

from pydantic import Field

from lithovoid.scenario import units as u
from lithovoid.scenario.table import Number, PositiveNumber, Table

LARGEST_X_MG = 0.4
"""Largest share of magnesium that the model is meant for."""


class Anode(Table):
    """Lithium or lithium-magnesium alloy; what has no default here has it in the material file."""

    material: str = Field("lithium-magnesium", description="name of a material, or path of a TOML")
    x_mg: float = Field(
        0.0,
        ge=0,
        le=LARGEST_X_MG,
        allow_inf_nan=False,
        description="magnesium per lattice site; with a profile, that at the interface",
    )
    x_mg_profile: str | None = Field(
        None,
        description="magnesium against depth: a formula in z [um] such as "
        "0.1 + 0.1*exp(-z/3), or a .csv table with the columns depth (in its unit) and x_mg",
    )
    molar_volume: u.MolarVolume = Field(description="molar volume Omega of the lattice sites")
    diffusivity: u.Diffusivity = Field(
        description="diffusivity D0 without magnesium at reference_temperature"
    )
    diffusivity_decay: Number = Field(
        ge=0, description="k_D in D = D0 exp(-k_D y), y the magnesium share of the atoms"
    )
    activation_energy: u.MolarEnergy = Field(description="activation energy of diffusion")
    reference_temperature: u.Temperature = Field(description="temperature at which D0 holds")
    surface_energy: u.SurfaceEnergy = Field(description="surface energy gamma0 of lithium")
    surface_energy_slope: Number = Field(description="b_gamma in gamma = gamma0 (1 + b_gamma y)")
    equilibrium_vacancies: PositiveNumber = Field(
        lt=1, description="physical equilibrium vacancy fraction, used by nucleation only"
    )
    surface_diffusion: u.SurfaceDiffusivity = Field(
        description="surface diffusivity times layer thickness on void walls"
    )
    magnesium_mobility: Number = Field(
        0.0,
        ge=0,
        description="diffusivity of magnesium over that of vacancies; 0: it does not move",
    )
    sink_rate: u.Rate = Field(
        "0 1/s",
        validate_default=True,
        description="rate k_s at which excess vacancies vanish in the metal, each with a lattice "
        "site: the lattice contracts; 0: none does",
    )

    @property
    def unknown_fields(self) -> int:
        """Magnesium, and the velocity potential of the lattice, where they are solved for."""
        return self.magnesium_moves + self.lattice_contracts

    @property
    def lattice_contracts(self) -> bool:
        """Whether vacancies take lattice sites with them, so that the lattice moves."""
        return self.sink_rate > 0

    @property
    def magnesium_moves(self) -> bool:
        """Whether magnesium changes its place, by itself or with the lattice."""
        return self.magnesium_mobility > 0 or self.lattice_contracts
