"""Devices of one overlay have different VNIs."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
