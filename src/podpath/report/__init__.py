"""Reports: one file per form; each turns the result types of :mod:`podpath.state` into text."""
