"""Causes in routes, routing rules, and forwarding."""
