"""The command line: a thin shell around the rest. One file per command; slow packages are imported late."""
