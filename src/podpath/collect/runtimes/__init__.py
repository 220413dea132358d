"""Container runtimes of this node: one file per runtime, read at the same time, none of them started or changed."""
