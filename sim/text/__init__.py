"""Texts people see, in English and Simplified Chinese."""
