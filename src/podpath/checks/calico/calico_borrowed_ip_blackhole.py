"""A node throws away what is for a pod that another node runs."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
