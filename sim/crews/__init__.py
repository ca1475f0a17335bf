"""Repair crews: duty, travel, patrol, repair, dispatch rules."""
