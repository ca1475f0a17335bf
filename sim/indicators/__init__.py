"""Turn the tables of a run into named numbers and series, purely."""
