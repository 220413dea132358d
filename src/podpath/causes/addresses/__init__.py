"""Causes in addresses, MACs and neighbours that clash or are stale."""
