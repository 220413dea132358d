"""Matches of xtables: every module here that has ``MATCHES`` gives some; there is no list to edit."""
