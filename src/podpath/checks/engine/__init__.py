"""What runs the checks: the interface, the registry, the views that they query, the traces for checks that use the walk."""
