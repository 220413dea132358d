"""Targets of xtables: every module here that has ``TARGETS`` gives some; there is no list to edit."""
