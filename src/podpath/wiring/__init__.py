"""How devices are connected: the other ends of cables, where a thing is, and how a command is run there.

One answer for the checks, the walk, ``podpath veth``, the pictures and SQL.
"""
