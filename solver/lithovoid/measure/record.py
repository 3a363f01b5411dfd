"""One accepted step, as everybody reads it: the row of ``series.csv``, declared here alone."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from lithovoid.theory.result import Result, Results, declared

MAH_PER_CM2 = 36000.0
"""C/m^2 in one mAh/cm^2."""

_CAPACITY = "mAh/cm^2"


@dataclass(kw_only=True)
class Record:
    """An accepted step, in the units that its attributes declare.

    What follows from the ledger, and from what hooks do to the step, is there once they have done
    it: asked for before, an attribute without a value says so. `of_physics` has what each physics
    reports; these are attributes, too, of which type checkers know nothing.
    """

    step: Annotated[int, Result("step", "number of the time step", over_run="not")]
    time: Annotated[float, Result("time", "end of the time step", "s", shown=True)]
    protocol_step: Annotated[
        int, Result("step of the protocol", "its number, from 0", over_run="not")
    ]
    step_kind: Annotated[str, Result("kind of step", "strip, plate, rest or hold", over_run="not")]
    current_density: Annotated[
        float,
        Result(
            "current density",
            "mean over the interface, positive while stripping",
            "A/m^2",
            over_run="not",
        ),
    ]
    areal_capacity: Annotated[
        float,
        Result(
            "areal capacity",
            "charge passed since the start, stripped less plated",
            _CAPACITY,
            shown=True,
        ),
    ]
    cell_voltage: Annotated[
        float, Result("cell voltage", "of the cell, positive while stripping", "V", shown=True)
    ]
    overpotential: Annotated[
        float,
        Result(
            "overpotential",
            "cell voltage above that of the fresh, fully contacted cell at the same current",
            "V",
            shown=True,
        ),
    ]
    contact_fraction: Annotated[
        float, Result("contact fraction", "share of the interface in contact", shown=True)
    ]
    lithium_at_interface: Annotated[
        float,
        Result(
            "lithium at the contact", "lithium left in the metal there, 1 at the start", shown=True
        ),
    ]
    void_layer_thickness: Annotated[
        float,
        Result(
            "void-layer thickness",
            "volume of the voids per area of the interface",
            "um",
            shown=True,
        ),
    ]
    void_count: Annotated[
        int, Result("voids", "separate voids (phi > 0.5) at the end of the step", shown=True)
    ] = field(init=False)
    capacity_surface: Annotated[
        float,
        Result(
            "capacity from voids",
            "lithium missing from the volume of the voids",
            _CAPACITY,
            shown=True,
        ),
    ] = field(init=False)
    capacity_bulk: Annotated[
        float,
        Result(
            "capacity from the lattice",
            "lithium missing from the lattice that remains",
            _CAPACITY,
            shown=True,
        ),
    ] = field(init=False)
    ledger_residual: Annotated[
        float,
        Result(
            "residual of the lithium ledger",
            "charge passed less the lithium missing from voids and lattice and followed from the "
            "back, relative to the charge passed",
            over_run="largest",
            shown=True,
        ),
    ] = field(init=False)
    expected_nuclei: Annotated[
        float | None,
        Result(
            "expected nuclei",
            "integral of the nucleation rate over time and the interface of the run, in two "
            "dimensions a slice of nucleation.depth; none where no nuclei are drawn",
        ),
    ] = field(init=False)
    nuclei: Annotated[int, Result("nuclei", "voids that nucleated", shown=True)] = field(init=False)
    dt: Annotated[float, Result("time step", "length of the time step", "s", over_run="not")]
    newton_iterations: Annotated[
        int,
        Result(
            "Newton iterations", "also of attempts that were rejected", over_run="sum", shown=True
        ),
    ]
    linear_iterations: Annotated[
        int, Result("linear iterations", "also of attempts that were rejected", over_run="sum")
    ]
    rejected_steps: Annotated[
        int,
        Result(
            "rejected time steps",
            "attempts that were repeated with a shorter step",
            over_run="sum",
            shown=True,
        ),
    ]
    ohmic_voltage: Annotated[
        float,
        Result(
            "ohmic voltage",
            "part of the cell voltage: electrolyte, constriction of the current, series resistance",
            "V",
            shown=True,
        ),
    ]
    charge_transfer_voltage: Annotated[
        float,
        Result(
            "charge-transfer voltage",
            "part of the cell voltage: kinetics of the contact",
            "V",
            shown=True,
        ),
    ]
    concentration_voltage: Annotated[
        float,
        Result(
            "concentration voltage",
            "part of the cell voltage: depletion of the contact",
            "V",
            shown=True,
        ),
    ]
    participation_depth: Annotated[
        float,
        Result(
            "depth that took part",
            "greatest distance from the interface at which the metal has lost 5 % of its lithium",
            "um",
            shown=True,
        ),
    ]
    capacity_near_interface: Annotated[
        float,
        Result(
            "capacity near the interface",
            "lithium missing within failure.near_depth of the interface",
            _CAPACITY,
        ),
    ]
    mean_void_width: Annotated[
        float | None,
        Result(
            "mean width of voids",
            "largest extent along the interface, mean over the voids; none without voids",
            "um",
        ),
    ] = field(init=False)
    mean_void_depth: Annotated[
        float | None,
        Result(
            "mean depth of voids",
            "largest height above the interface, mean over the voids; none without voids",
            "um",
        ),
    ] = field(init=False)
    capacity_recession: Annotated[
        float,
        Result(
            "capacity from the back",
            "lithium that followed from the back of the anode",
            _CAPACITY,
            shown=True,
        ),
    ] = field(init=False)
    expected_nuclei_density: Annotated[
        float | None,
        Result(
            "expected nuclei per area",
            "integral of the nucleation rate over time, mean over the interface; none where no "
            "rate is evaluated",
            "1/m^2",
        ),
    ] = field(init=False)
    of_physics: dict[str, float] = field(default_factory=dict)

    if not TYPE_CHECKING:  # to a type checker, each name would be one of a record: also a slip

        def __getattr__(self, name: str) -> float:
            """Return what a physics reports under this `name`."""
            try:
                return float(self.__dict__["of_physics"][name])
            except KeyError:
                why = "has it at the end of the step, not yet" if name in RECORD else "has none"
                raise AttributeError(f"'{name}': a record {why}") from None

    def values(self, results: Results) -> dict[str, Any]:
        """Return what the record has of `results`, by name. Raises AttributeError for others."""
        return {name: getattr(self, name) for name in results}


RECORD = declared(Record)
"""The results of each step, by name, in the order of ``series.csv``; those of physics follow."""
