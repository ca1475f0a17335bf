"""The contact centre: menu, agents, queues, the compiled kernel."""
