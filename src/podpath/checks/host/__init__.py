"""Checks of a node as a whole."""
