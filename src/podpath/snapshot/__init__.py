"""The store: tables of any number of nodes in one DuckDB database, columnar from the start."""
