"""What is plugged into what: the other ends of cables, and where a thing is and how a command is run there.

One answer for the checks, the walk, ``podpath veth``, the pictures and SQL.
"""
