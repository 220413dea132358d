"""What the walker and netfilter share."""

from podpath.walk.netfilter import Hook


def test_a_hook_knows_its_name_without_its_layer() -> None:
    """nft(8) calls the hooks of all layers alike."""
    assert [hook.place for hook in (Hook.FORWARD, Hook.BRIDGE_FORWARD, Hook.ARP_INPUT)] == ["forward", "forward", "input"]
