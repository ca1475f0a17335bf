"""Store a run: manifest, Parquet tables, reader."""
