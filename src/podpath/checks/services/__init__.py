"""Checks of services: endpoints, rules, listeners, DNS."""
