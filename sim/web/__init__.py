"""Consoles of a drill in the browser, and the server behind them."""
