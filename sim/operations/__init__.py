"""What a utility switches off on purpose: planned work and shortage of supply, as plans."""
