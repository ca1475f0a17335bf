"""The compiled part of the contact centre; begin to read at `loop`."""
