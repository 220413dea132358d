"""Errors that a person can cause, reported in a sentence."""


class UserError(Exception):
    """Bad usage or unreadable input; the message says what happened, where, and what to do."""
