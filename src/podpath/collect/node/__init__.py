"""This node, live: its namespaces, the kernel's tables in each, and files with related settings. Nothing is changed."""
