"""The mesh as DOLFINx has it, and the fields on it."""
