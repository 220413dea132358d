"""Concepts that a newcomer meets, one Markdown file each."""
