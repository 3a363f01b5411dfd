# %% [markdown]
# # A study and its map
#
# The reduced model - a column one cell wide, without voids - tells in a tenth of a second how much
# lithium can be stripped before an intact interface nucleates, and before it runs out of lithium.
# Here it is run over composition and current, and the two capacities are drawn as a map. It takes
# some seconds; this page is the script `docs/tutorials/study_map.py`.
#
# ```sh
# python docs/tutorials/study_map.py
# ```

# %%
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

import lithovoid.scenarios
from lithovoid.postprocess.study import CAPACITY, INCUBATION, StudyMap, StudyResults

# %% [markdown]
# ## The study
#
# A base scenario, and axes that are crossed with each other. `keep = "table"` keeps the table of
# results alone, without a directory per run.

# %%
scenarios = Path(next(iter(lithovoid.scenarios.__path__)))
study = f"""
title = "Reduced model: composition and current"
scenario = "{scenarios / "reduced.toml"}"
keep = "table"

[[axes]]
"anode.x_mg" = [0.0, 0.05, 0.1, 0.2, 0.3]

[[axes]]
"protocol.0.current_density" = ["0.3 A/m^2", "1 A/m^2", "3 A/m^2", "10 A/m^2"]
"""
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

# %% [markdown]
# ## The runs
#
# By the command, as in a terminal: `lithovoid study run study.toml --out map --slots 1`. After a
# stop the same command goes on with what is missing.

# %%
command = [sys.executable, "-P", "-m", "lithovoid", "study", "run", "study.toml", "--out", "map"]
(folder / "study.toml").write_text(study)
done = subprocess.run([*command, "--slots", "1"], cwd=folder, check=True, capture_output=True)

# %% [markdown]
# ## The table
#
# One row per run, with its parameters and its summary:

# %%
results = StudyResults(folder / "map")
shown = results.finished[[*results.axes, "failure_mode", CAPACITY, INCUBATION]]
print(shown.head(8).to_string(index=False, float_format="{:.3g}".format))

# %% [markdown]
# ## The map
#
# `StudyMap` sorts the runs into cells. The left panel has the capacity until lithium runs out at
# the interface, the right one that until a large interface nucleates its first voids - empty where
# it starves before.

# %%
along, up = results.map_axes() or ("", "")
grid = StudyMap(results, along, up)
figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
titles = {"until lithium runs out": CAPACITY, "until voids nucleate": INCUBATION}
for axes, (title, column) in zip(panels, titles.items(), strict=True):
    capacity = grid.statistic(column).median
    image = axes.imshow(capacity, origin="lower", aspect="auto", norm="log", cmap="cividis")
    for row in range(len(grid.y)):
        for col in range(len(grid.x)):
            text = f"{capacity[row, col]:.2g}".replace("nan", "")
            box = {"facecolor": "white", "alpha": 0.7, "linewidth": 0}
            axes.text(col, row, text, ha="center", va="center", bbox=box if text else None)
    axes.set_xticks(range(len(grid.x)), [f"{x:g}" for x in grid.x])
    axes.set_yticks(range(len(grid.y)), [f"{y:g}" for y in grid.y])
    axes.set_title(f"capacity {title}", fontsize=10)
    axes.set_xlabel(along.replace("protocol.0.current_density", "current density"))
    figure.colorbar(image, label="mAh cm$^{-2}$")
panels[0].set_ylabel("magnesium per site")
plt.show()

# %% [markdown]
# Magnesium puts off the first void, and slows down what brings lithium to the interface: from some
# composition on it starves before it nucleates. With voids in it: the studies
# `interdependence_quick.toml` and `interdependence.toml` ([Studies](../how_to/studies.md)).

# %%
temporary.cleanup()
