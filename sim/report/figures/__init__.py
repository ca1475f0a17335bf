"""The charts: one function, one plotly figure."""
