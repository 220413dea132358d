"""Checks of connection tracking and ports."""
