"""The mesh: for every ordered pair of nodes of an overlay, whether the chain between them holds.

Three steps, each its own module: ``overlay`` says who is there and what is true of
each (the true table), ``pairs`` finds by set operations which pairs have every
entry right, and ``chain`` judges the others one by one.
"""
