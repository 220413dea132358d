"""What a capture consists of."""

from podpath.collect.node.parts import CommandOutput, Place, Rows


def test_parts_know_their_place() -> None:
    """Rows and texts alike."""
    place = Place("container", "web", 7)
    assert Rows(place, []).place == CommandOutput(place, "nft list ruleset", "").place == place
    assert Rows(place, []).coverage == ()
