"""Checks of what Docker alone does."""
