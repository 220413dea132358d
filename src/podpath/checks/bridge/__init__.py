"""Checks of bridges, their ports and the devices on them."""
