"""Where rows come from: files and pasted text today; this node, runtimes and other hosts later."""
