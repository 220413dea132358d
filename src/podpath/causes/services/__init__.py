"""Causes in services: endpoints, rules, listeners, DNS."""
