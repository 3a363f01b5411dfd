"""Studies: many runs of one scenario, over grids, designs and replicates."""
