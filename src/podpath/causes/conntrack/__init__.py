"""Causes in connection tracking and ports."""
