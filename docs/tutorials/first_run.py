# %% [markdown]
# # First run from Python
#
# Lithium is stripped from a flat, intact interface until the contact is lost, with your own loop
# over the time steps. It takes some seconds; this page is the script
# `docs/tutorials/first_run.py`.
#
# ```sh
# python docs/tutorials/first_run.py
# ```

# %%
from pathlib import Path

import matplotlib.pyplot as plt

import lithovoid.scenarios
from lithovoid import Simulation, load_scenario
from lithovoid.meshes import build_mesh, quality

# %% [markdown]
# ## A scenario
#
# The scenarios of the folder `scenarios` come with the package. This one is narrow, so that one or
# two voids take it. What the second argument says has priority over the file, as `--set` on the
# command line: here a cell narrower still, and steps twice as long as the default, for a first
# look.

# %%
folder = Path(next(iter(lithovoid.scenarios.__path__)))
changes = [
    "geometry.width=8 um",
    "geometry.anode=8 um",
    "numerics.max_change_phi=0.4",
    "numerics.max_change_v=0.04",
]
scenario = load_scenario(folder / "lithium_strip_quick.toml", changes)
print(scenario.title)
print(f"temperature {scenario.temperature} K, magnesium {scenario.anode.x_mg} per site")

# %% [markdown]
# Quantities are in SI units once a scenario is loaded, whatever unit the file has.
#
# ## A mesh
#
# Arrays of NumPy, lengths in micrometres:

# %%
mesh = build_mesh(scenario)
print(f"{len(mesh.points)} points, {len(mesh.cells)} cells")
print(f"shortest edge at the interface: {quality(mesh).shortest_interface_edge:.3f} um")

# %% [markdown]
# ## The loop
#
# `Simulation` is an iterator: each turn is one accepted time step, and gives the row that
# `lithovoid run` writes into `series.csv`. Without a run directory nothing is written.

# %%
simulation = Simulation(scenario, mesh)
records = list(simulation)
print(f"{len(records)} steps: {simulation.stop_reason}")
for record in records[:: len(records) // 5]:
    print(f"{record.time:8.0f} s  contact {record.contact_fraction:.3f}")

# %% [markdown]
# ## Contact and voltage
#
# The contact holds until the first void opens (dotted line). The voltage first rises because the
# lattice near the contact runs out of lithium (concentration). The void takes up vacancies, which
# brings it down for a while; in the end the current has less and less of the interface to cross.
# The step in between is where the void reaches a side of the cell.

# %%
capacity = [record.areal_capacity for record in records]
first = next(record.areal_capacity for record in records if record.nuclei)

figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(6, 5), layout="constrained")
above.plot(capacity, [record.contact_fraction for record in records])
above.set_ylabel("contact fraction")
parts = {
    "cell voltage": [record.cell_voltage for record in records],
    "ohmic": [record.ohmic_voltage for record in records],
    "charge transfer": [record.charge_transfer_voltage for record in records],
    "concentration": [record.concentration_voltage for record in records],
}
for name, volts in parts.items():
    below.plot(capacity, [1e3 * volt for volt in volts], label=name)
below.set_ylabel("voltage / mV")
below.set_xlabel("capacity / mAh cm$^{-2}$")
below.legend()
for axes in (above, below):
    axes.axvline(first, color="grey", linestyle="dotted")
plt.show()

# %% [markdown]
# ## Where the lithium came from
#
# Every atom is booked: what left is missing from the voids or from the lattice.

# %%
last = records[-1]
print(f"charge passed    {last.areal_capacity:.4f} mAh/cm2")
print(f"from voids       {last.capacity_surface:.4f} mAh/cm2")
print(f"from the lattice {last.capacity_bulk:.4f} mAh/cm2")
print(f"not accounted    {last.ledger_residual:.1e} of the charge")
assert abs(last.ledger_residual) < 1e-8

# %% [markdown]
# ## Further
#
# * Change a key: `changes = ["anode.x_mg=0.1"]`, or write a scenario of your own
#   ([Write a scenario](../how_to/scenario.md)).
# * Watch or steer a run with a [hook](../extending/index.md#a-hook).
# * Many runs at once: [A study and its map](study_map.py).
