"""This node, live: its namespaces, what the kernel holds in each, and what stands beside it. Nothing is changed."""
