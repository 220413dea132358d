"""Kernel to rows: netlink(7) in any network namespace. One file per kind of object; each declares the layout of its messages."""
