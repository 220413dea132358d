"""Checks of what IPv6 alone has."""
