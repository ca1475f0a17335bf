"""The control room: evidence, belief, switching plans, restoration times."""
