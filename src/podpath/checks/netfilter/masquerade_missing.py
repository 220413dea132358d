"""Pods' packets leave the node with addresses that no outside host has a route to."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    asked=True,
)
