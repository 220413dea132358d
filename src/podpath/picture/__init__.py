"""The map and the path as pictures: a graph from the snapshot, its layout, one file per form."""
