"""Reading run directories: series, fields, void statistics, figures, pictures and the report."""
