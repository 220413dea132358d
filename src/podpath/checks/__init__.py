"""Checks: one file each; every module with a ``CHECK`` is one. ``run`` runs them all over a snapshot."""
