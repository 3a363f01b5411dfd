"""What a scenario may say: tables, keys, units."""
