"""Text or JSON of one command to rows: one module per command, each with a ``READER``."""
