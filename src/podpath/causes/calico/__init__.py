"""Causes in what Calico alone does."""
