"""The report as one page: findings, mesh, map and tables in a single file that needs no network."""
