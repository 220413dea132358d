"""Hypothetical changes (``--what-if``): commands, what they do to the tables, and how the kernel reacts."""
