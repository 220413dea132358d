"""Devices as systemd-networkd lists them; the list is that of networkctl(1)."""

from podpath.readers.interface import Bad
from podpath.readers.networkctl import READER
from podpath.state.evidence import Complete
from podpath.state.link import Link
from tests.readers.helper import rows

LISTED = """\
IDX LINK         TYPE     OPERATIONAL SETUP
  1 lo           loopback carrier     unmanaged
  2 eth0         ether    routable    configured
  3 virbr0       ether    no-carrier  unmanaged
  4 virbr0-nic   ether    off         unmanaged
  5 cni0         bridge   degraded    unmanaged

5 links listed.
"""


def test_each_device_is_up_or_down() -> None:
    """With its number, and its kind where the type is one."""
    assert rows(READER, "networkctl list", LISTED) == [
        Link("lo", 1, up=True, carrier=True),
        Link("eth0", 2, up=True, carrier=True),
        Link("virbr0", 3, up=True, carrier=False),
        Link("virbr0-nic", 4, up=False),
        Link("cni0", 5, "bridge", up=True, carrier=True),
    ]


def test_the_list_is_not_the_kernels() -> None:
    """A device may be missing in it."""
    (coverage,) = READER.accepts(["networkctl"]) or ()
    assert coverage.complete is Complete.NO
    assert READER.accepts(["networkctl", "status", "eth0"]) is None


def test_an_unknown_state_is_told() -> None:
    """It is not guessed."""
    (found,) = rows(READER, "networkctl", "  2 eth0         ether    glowing     configured\n")
    assert isinstance(found, Bad)
    assert "configured" in found.reason
