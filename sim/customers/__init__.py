"""Customers and their calling behaviour."""
