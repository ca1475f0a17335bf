"""Exercises: people decide live in the world, and a report says what their decisions changed."""
