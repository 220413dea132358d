"""The vocabulary: one frozen type per kernel table and per runtime object.

Nothing here imports another package of podpath. Every type that is stored is a
:class:`typing.NamedTuple`, because tens of thousands of rows a second are made
of them; the docstring of each names its fields, their units and their source.
"""
