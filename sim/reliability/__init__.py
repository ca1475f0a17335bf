"""Reliability by failure-effect enumeration: what each failure does, times how often it comes."""
