"""Kernel to rows: netlink(7) in any network namespace. One file per kind of object, and the layouts are declared."""
