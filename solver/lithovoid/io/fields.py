"""Field files for ParaView: anode, electrolyte and interface, as .pvd/.vtu or ADIOS2 .bp."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_vector, create_vector

import numpy as np

from lithovoid.equations.charge import Charge
from lithovoid.equations.model import Model
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.fields.whole_interface import NodalMap
from lithovoid.io.field_series import Instant, VtuSeries, VtxSeries


class InterfaceTrace:
    """Interface quantities as nodal values on the interface's own mesh.

    The current density at a node is the mean over the node's share of the interface,
    int i q dS / int q dS: its integral is the current of the balance equations.
    """

    def __init__(self, model: Model) -> None:
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
        current = model.quantity("interface_current") * q("+") * d.ds_interface
        share = one * q("+") * d.ds_interface
        self._current_form = d.compile(current)
        self._vector = create_vector(s.anode)
        self._share = self._assemble(d.compile(share))

    def update(self) -> None:
        """Evaluate the present state (collective)."""
        s = self._model.state
        current = self._assemble(self._current_form) / np.where(self._share > 0, self._share, 1)
        reached = self._model.part(Charge).connected.x.array
        contact = reached * (1 - interpolation(s.phi.x.array))
        lithium = self._model.nodal("metal_lithium") / (1 - s.fresh.x.array)
        for function, values in zip(self.functions, (current, contact, lithium), strict=True):
            function.x.array[self._own] = values[self._anode]

    def _assemble(self, form: fem.Form) -> np.ndarray:
        with self._vector.localForm() as local:
            local.set(0)
        assemble_vector(self._vector, form)
        self._vector.ghostUpdate(addv=True, mode="reverse")
        self._vector.ghostUpdate(mode="forward")
        with self._vector.localForm() as local:
            return np.array(local.array_r)


class FieldFiles:
    """One time series of files per region: ``anode``, ``electrolyte`` and ``interface``.

    On the anode and the electrolyte what each physics shows, lengths in um: void (0 metal, 1 void),
    vacancy_fraction, lithium_fraction (lithium per lattice site), magnesium_fraction where it
    moves; potential [V], conductivity [S/m] of a pattern. On the interface current_density [A/m^2]
    (positive strips), contact, lithium.
    """

    def __init__(
        self,
        model: Model,
        directory: Path,
        file_format: Literal["vtu", "vtx"],
        written: Sequence[Instant],
    ) -> None:
        """`written` are the frames that are there already, of the run that is continued."""
        self._shown = model.shown()
        self._trace = InterfaceTrace(model)
        series = {
            region: [shown.function for shown in self._shown if shown.region == region]
            for region in ("anode", "electrolyte")
        }
        series["interface"] = self._trace.functions
        writer = VtuSeries if file_format == "vtu" else VtxSeries
        self._writers = [
            writer(model.domain.comm, directory, name, functions, written)
            for name, functions in series.items()
        ]

    def write(self, instant: Instant) -> None:
        """Write the present state as the frame of `instant` (collective). Raises StorageError."""
        for shown in self._shown:
            shown.update()
        self._trace.update()
        for writer in self._writers:
            writer.write(instant)

    def close(self) -> None:
        for writer in self._writers:
            writer.close()
