"""Devices of one overlay have different UDP ports."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
