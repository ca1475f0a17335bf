"""Time and chance: clock, journal, tables, keyed randomness."""
