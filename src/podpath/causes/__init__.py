"""Causes: why traffic fails. One file declares one: its name, weight, words, fix, and what it may be behind.

Checks, mesh and walk hand over facts; sentences are made of them here. A cause imports :mod:`podpath.state` alone.
"""
