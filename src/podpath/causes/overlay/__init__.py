"""Causes in overlays: tunnels between nodes, and the mesh that they form."""
