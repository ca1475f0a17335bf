"""The medium-voltage grid: assets, zones, supply and flows; read by all domain parts."""
