"""Checks of what Calico alone does."""
