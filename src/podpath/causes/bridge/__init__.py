"""Causes in bridges, their ports and the devices on them."""
