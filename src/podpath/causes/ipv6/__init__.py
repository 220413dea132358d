"""Causes in what IPv6 alone has."""
