"""Run replications in parallel, keep what is finished, compare scenarios."""
