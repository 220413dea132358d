"""Addresses and names replaced, alike everywhere, so that a snapshot can be shown to others.

What judgement rests on stays: which addresses share a prefix, which are equal, private, link-local or multicast; which
MAC made which link-local address; names that programs give by rule. All else is left out unless the column's declaration
(:mod:`podpath.state.column`) says that it may leave.
"""
