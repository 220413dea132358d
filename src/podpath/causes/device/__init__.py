"""Devices: carriers, VLANs, macvlan."""
