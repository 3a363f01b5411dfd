"""What a scenario may say: one pydantic model per table, every key with its meaning.

Quantities are strings with units (see `units`); the models hold SI floats. Unknown keys are errors.
Values that belong to a material (diffusivity, surface energy, ...) have no default here: loading
fills them from ``materials/*.toml`` before validation, and a scenario may override each of them.

Sign convention, valid everywhere in Lithovoid: **current density is positive while stripping**
(anodic at the lithium | electrolyte interface, Li+ into the electrolyte).
"""

from typing import Any, Literal

from pydantic import Field, model_validator

from lithovoid.scenario import units as u
from lithovoid.scenario.anode import LARGEST_X_MG, Anode
from lithovoid.scenario.geometry import (
    ColumnGeometry,
    FileGeometry,
    Geometry,
    PlanarGeometry,
    PresetVoid,
    Roughness,
)
from lithovoid.scenario.pattern import Pattern
from lithovoid.scenario.protocol import ProtocolStep
from lithovoid.scenario.table import UNGIVEN, Fraction, Number, PositiveNumber, Seed, Table

__all__ = [
    "LARGEST_X_MG",
    "Anode",
    "Checkpoint",
    "ColumnGeometry",
    "Electrolyte",
    "Failure",
    "FileGeometry",
    "Geometry",
    "Kinetics",
    "Nucleation",
    "Numerics",
    "Output",
    "PhaseField",
    "PlanarGeometry",
    "PresetVoid",
    "Roughness",
    "Scenario",
]


class Electrolyte(Table):
    """Single-ion conductor; all but `series_resistance` default to the material file."""

    material: str = Field("LLZO", description="name of a material, or path of a TOML")
    conductivity: u.Conductivity = Field(description="ionic conductivity")
    adhesion: u.SurfaceEnergy = Field(description="work of adhesion W0 of lithium")
    adhesion_slope: Number = Field(description="b_W in W_ad = W0 (1 + b_W y)")
    series_resistance: u.ArealResistance = Field(
        0.0,
        validate_default=False,
        description="resistance of the cell that is not resolved by the mesh",
    )
    pattern: Pattern | None = Field(
        None, description="conductivity that varies from place to place; default: uniform"
    )


class Kinetics(Table):
    """Butler-Volmer kinetics of the interface; defaults from the electrolyte's material file."""

    exchange_current_density: u.CurrentDensity = Field(description="exchange current density i0")
    alpha_a: PositiveNumber = Field(le=1, description="anodic transfer coefficient")
    alpha_c: PositiveNumber = Field(le=1, description="cathodic transfer coefficient")
    vacancy_term: bool = Field(
        False, description="add (RT/F) ln(v/v_e) to the equilibrium potential"
    )


class PhaseField(Table):
    """The void phase field: how its wall moves, and numbers that do not matter if small enough."""

    l: u.Length = Field(  # noqa: E741 - the field's symbol
        UNGIVEN,
        description="half-width l of the diffuse wall; default: half the edge length of "
        "voids, sqrt(d0 D F c / (Omega i)), at the fastest strip and a contact c of one half",
    )
    wall_mobility: u.WallMobility = Field(
        "2.25e-14 m^4/(J*s)",
        validate_default=True,
        description="velocity of a void's wall over its driving force, M = 3 L l; the default is "
        "so large that walls follow their vacancies",
    )
    force_limit: PositiveNumber = Field(
        0.18,
        lt=1,
        description="largest driving force of vacancies, mu_max, in units of the barrier "
        "W = 6 gamma / l; far below it the force is that of lithium, RT/Omega (v - v_e)",
    )
    v_equilibrium: PositiveNumber = Field(1e-3, lt=1, description="numerical v_e, at rest")
    formulation: Literal["two_field", "cahn_hilliard"] = Field(
        "two_field",
        description="vacancies of the metal and voids (two_field), or emptied sites with gradient "
        "energy and voids (cahn_hilliard; immobile magnesium)",
    )
    gradient_length: u.Length = Field(
        "3 nm",
        validate_default=True,
        description="sqrt(kappa_c / A) of the cahn_hilliard formulation",
    )
    void_diffusivity: PositiveNumber = Field(
        0.01,
        description="diffusivity inside voids, in multiples of D(x_mg): so small that nothing "
        "crosses them",
    )

    @property
    def unknown_fields(self) -> int:
        """The emptied sites of the Cahn-Hilliard formulation."""
        return int(self.formulation == "cahn_hilliard")


class Nucleation(Table):
    """Void nucleation on the interface."""

    mode: Literal["stochastic", "replay", "count", "off"] = Field(
        "stochastic",
        description="draw events from the rate, insert those of a nuclei.csv, only count the "
        "expected ones, or none at all",
    )
    seed: Seed = Field(0, description="seed of the random events")
    rate_law: str = Field(
        "classical", description="entry point of the group lithovoid.rate_laws that gives the rate"
    )
    prefactor: u.NucleationRate = Field(
        "1e20 1/(m^2*s)", validate_default=True, description="prefactor J0 of the rate"
    )
    depth: u.Length = Field(
        "10 um", validate_default=True, description="depth b of the slice that a 2D run stands for"
    )
    seed_radius: u.Length = Field(
        "0.5 um", validate_default=True, description="radius of an inserted void"
    )
    exclusion_distance: u.Length = Field(
        "1 um",
        validate_default=True,
        description="no nucleation closer than this to the edge of a void on the interface",
    )
    incubation_density: u.AreaDensity = Field(
        "1e10 1/m^2",
        validate_default=True,
        description='expected nuclei per area that count as incubation with mode = "count"',
    )
    replay_file: str | None = Field(
        None, description="nuclei.csv to replay, relative to the scenario file"
    )

    @model_validator(mode="after")
    def _replay_needs_a_file(self) -> "Nucleation":
        if (self.mode == "replay") != (self.replay_file is not None):
            raise ValueError('replay_file goes with mode = "replay", and only with it')
        return self


class Failure(Table):
    """When a run counts as failed, and why."""

    overpotential: u.PositivePotential = Field(
        "0.2 V", validate_default=True, description="overpotential that counts as failure"
    )
    contact_fraction: Fraction = Field(0.15, description="contact that counts as failure")
    lithium_at_interface: Fraction = Field(0.10, description="lithium that counts as failure")
    contact_loss_below: Fraction = Field(0.5, description="contact below: contact_loss")
    depletion_below: Fraction = Field(0.3, description="lithium below: depletion")
    near_depth: u.Length = Field(
        "1 um",
        validate_default=True,
        description="depth of the anode that counts as near the interface in the capacity split",
    )


class Numerics(Table):
    """Time steps and the Newton solver."""

    time_scheme: Literal["bdf2", "backward_euler"] = Field(
        "bdf2", description="second-order BDF2 with variable steps, or backward Euler"
    )
    dt_initial: u.Time = Field(
        UNGIVEN,
        description="first time step, also of each step of the protocol; default: that in which v "
        "at the interface rises by 0.3 max_change_v at the largest current, by Sand's law",
    )
    dt_min: u.Time = Field("1e-3 s", validate_default=True, description="smallest step; then stop")
    dt_max: u.Time = Field("2 h", validate_default=True, description="largest time step")
    max_change_phi: PositiveNumber = Field(0.15, le=1, description="aimed largest change of phi")
    max_change_v: PositiveNumber = Field(0.015, le=1, description="aimed largest change of v")
    newton_tolerance: PositiveNumber = Field(
        0.03,
        lt=1,
        description="residual at which a step is solved, relative to that of the state that is "
        "extrapolated to it, which is off by about the step's own error; lithium is conserved "
        "exactly whatever it is",
    )
    newton_iterations: int = Field(15, ge=1, description="iterations before a step is rejected")
    solver: Literal["auto", "direct", "iterative"] = Field(
        "auto",
        description="linear solver: factorisation by MUMPS, or FGMRES with a split by fields; auto "
        "chooses by dimension and size",
    )
    quadrature_degree: int = Field(
        2,
        ge=1,
        le=12,
        description="quadrature degree of all forms",
    )
    ledger_limit: PositiveNumber = Field(
        1e-6, description="ledger residual, relative to the charge passed, that stops the run"
    )


class Output(Table):
    """What is written, and how often."""

    fields: Literal["vtu", "vtx", "none"] = Field(
        "vtu", description="field files for ParaView: .pvd with .vtu, ADIOS2 .bp, or none"
    )
    every_capacity: u.ArealCapacity = Field(
        "0.02 mAh/cm^2", validate_default=True, description="charge passed between field files"
    )
    every_time: u.Time | None = Field(None, description="time between field files, besides charge")
    at_nucleation: bool = Field(False, description="also write the fields at each new void")


class Checkpoint(Table):
    """When the state of a run is saved, so that it can be continued.

    Besides, it is saved at the end of each protocol step, and when a run is interrupted or stopped.
    """

    every_steps: int | None = Field(None, ge=1, description="steps between checkpoints")
    every_wall_time: u.Time = Field(
        "10 min", validate_default=True, description="wall time between checkpoints"
    )
    keep: int = Field(3, ge=1, description="number of checkpoints that are kept")
    wall_time_limit: u.Time | None = Field(
        None,
        description="wall time after which the run stops with a checkpoint; default: the end of "
        "the Slurm job, if there is one",
    )


class Scenario(Table):
    """A whole run."""

    title: str = Field("", description="one line for reports")
    temperature: u.Temperature = Field(
        "298.15 K", validate_default=True, description="temperature of the cell"
    )
    geometry: Geometry = Field(description="anode, electrolyte and their interface")
    anode: Anode = Field(description="metal of the anode")
    electrolyte: Electrolyte = Field(description="solid electrolyte")
    kinetics: Kinetics = Field(description="charge transfer at the interface")
    phase_field: PhaseField = Field(
        default_factory=PhaseField.by_default, description="numbers of the void phase field"
    )
    nucleation: Nucleation = Field(
        default_factory=Nucleation.by_default, description="void nucleation"
    )
    protocol: list[ProtocolStep] = Field(min_length=1, description="steps, done in this order")
    failure: Failure = Field(
        default_factory=Failure.by_default, description="when a run counts as failed"
    )
    numerics: Numerics = Field(
        default_factory=Numerics.by_default, description="time steps and solver"
    )
    output: Output = Field(default_factory=Output.by_default, description="field files")
    checkpoint: Checkpoint = Field(
        default_factory=Checkpoint.by_default, description="saved states"
    )

    def dump(self) -> dict[str, Any]:
        """Return the resolved scenario as TOML-ready data: quantities as text with units."""
        return self.model_dump(exclude_none=True)
