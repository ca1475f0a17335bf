"""Faults and what relays, reclosers and fuses do about them by themselves."""
