"""Simulate a power utility's outage response: grid, callers, crews and notices on one clock."""
