"""Field files for ParaView: anode, electrolyte and interface, as .pvd/.vtu or ADIOS2 .bp."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_vector, create_vector
from petsc4py import PETSc

import numpy as np

from lithovoid.equations.model import StrippingModel
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.terms.magnesium import metal_lithium
from lithovoid.fields.state import State
from lithovoid.fields.whole_interface import NodalMap
from lithovoid.io.field_series import Instant, VtuSeries, VtxSeries
from lithovoid.theory.composition import magnesium_share
from lithovoid.theory.constants import MESH_UNIT


class InterfaceTrace:
    """Interface quantities as nodal values on the interface's own mesh.

    The current density at a node is the mean over the node's share of the interface,
    int i q dS / int q dS: its integral is the current of the balance equations.
    """

    def __init__(self, model: StrippingModel) -> None:
        d, s = model.domain, model.state
        region = d.interface.region
        self._model = model
        self.space = fem.functionspace(region.mesh, ("Lagrange", 1))
        nodes = region.nodes[region.mesh.geometry.dofmaps[0]]
        self._own = self.space.dofmap.list
        self._anode = NodalMap(d, s.anode, d.anode).dofs(nodes)
        names = ("current_density", "contact", "lithium")
        self.functions = [fem.Function(self.space, name=name) for name in names]
        q = ufl.TestFunction(s.anode)
        one = fem.Constant(d.mesh, 1.0)
        current = model.interface_current() * q("+") * d.ds_interface
        share = one * q("+") * d.ds_interface
        self._current_form = d.compile(current)
        self._vector = create_vector(s.anode)
        self._share = self._assemble(d.compile(share))

    def update(self) -> None:
        """Evaluate the present state (collective)."""
        s = self._model.state
        current = self._assemble(self._current_form) / np.where(self._share > 0, self._share, 1)
        contact = 1 - interpolation(s.phi.x.array)
        lithium = _metal_lithium(s) / (1 - s.fresh.x.array)
        for function, values in zip(self.functions, (current, contact, lithium), strict=True):
            function.x.array[self._own] = values[self._anode]

    def _assemble(self, form: fem.Form) -> np.ndarray:
        with self._vector.localForm() as local:
            local.set(0)
        assemble_vector(self._vector, form)
        self._vector.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        self._vector.ghostUpdate(PETSc.InsertMode.INSERT, PETSc.ScatterMode.FORWARD)
        with self._vector.localForm() as local:
            return np.array(local.array_r)


def _metal_lithium(state: State) -> np.ndarray:
    """Lithium per site of the metal at the nodes of the anode, as the kinetics see it."""
    x_mg, v = state.x_mg.x.array, state.v.x.array
    lithium = 1 - x_mg - v
    if state.magnesium_moves:
        y = magnesium_share(x_mg, v, np.maximum)
        lithium = metal_lithium(lithium, y, state.phi.x.array, np.exp)
    return np.asarray(lithium)


def _in_si(conductivity: fem.Function) -> fem.Function:
    """Conductivity per cell [S/m], which never changes."""
    shown = fem.Function(conductivity.function_space, name="conductivity")
    shown.x.array[:] = conductivity.x.array * MESH_UNIT
    return shown


class FieldFiles:
    """One time series of files per region: ``anode``, ``electrolyte`` and ``interface``.

    Fields: void (0 metal, 1 void), vacancy_fraction, lithium_fraction (lithium per lattice site),
    and magnesium_fraction (per lattice site) where magnesium moves; potential [V]; current_density
    [A/m^2] (positive strips), contact, lithium; conductivity [S/m] of a patterned electrolyte.
    Lengths in um.
    """

    def __init__(
        self,
        model: StrippingModel,
        directory: Path,
        file_format: Literal["vtu", "vtx"],
        written: Sequence[Instant],
    ) -> None:
        """`written` are the frames that are there already, of the run that is continued."""
        self._model = model
        anode, electrolyte = model.state.anode, model.state.electrolyte
        names = ["void", "vacancy_fraction", "lithium_fraction"]
        if model.state.magnesium_moves:
            names.append("magnesium_fraction")
        self._anode = [fem.Function(anode, name=name) for name in names]
        self._potential = fem.Function(electrolyte, name="potential")
        self._trace = InterfaceTrace(model)
        constant = [] if model.conductivity is None else [_in_si(model.conductivity)]
        series = {
            "anode": self._anode,
            "electrolyte": [self._potential, *constant],
            "interface": self._trace.functions,
        }
        writer = VtuSeries if file_format == "vtu" else VtxSeries
        self._writers = [
            writer(model.domain.comm, directory, name, functions, written)
            for name, functions in series.items()
        ]

    def write(self, instant: Instant) -> None:
        """Write the present state as the frame of `instant` (collective). Raises StorageError."""
        s = self._model.state
        v, phi = s.v.x.array, s.phi.x.array
        metal = 1 - interpolation(phi)
        x_mg = s.x_mg.x.array
        fields = {
            "void": phi,
            "vacancy_fraction": v,
            "lithium_fraction": metal * (1 - x_mg - v),
            "magnesium_fraction": x_mg,
        }
        for function in self._anode:
            function.x.array[:] = fields[function.name]
        self._potential.x.array[:] = s.psi.x.array
        self._trace.update()
        for writer in self._writers:
            writer.write(instant)

    def close(self) -> None:
        for writer in self._writers:
            writer.close()
