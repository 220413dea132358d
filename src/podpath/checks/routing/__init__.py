"""Checks of routes, routing rules, and forwarding."""
