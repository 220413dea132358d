"""Checks of filter and NAT rules."""
