"""What is measured after a step, and when a cell has failed."""
