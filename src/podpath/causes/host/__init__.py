"""Causes in a node as a whole."""
