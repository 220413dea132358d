"""Causes in filter and NAT rules."""
