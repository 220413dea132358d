"""What runs the checks: the interface, the registry, the views they ask, the questions put to the walk."""
