"""Causes in what Docker alone does."""
