"""One node's neighbour entry for a peer has a MAC that is not the peer's device's."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check()
