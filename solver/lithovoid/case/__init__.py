"""What was said in a scenario, checked, and what follows from it."""
