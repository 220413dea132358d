"""What a capture consists of."""

from podpath.collect.node.parts import Place, Rows, Text


def test_parts_know_their_place() -> None:
    """Rows and texts alike."""
    place = Place("container", "web", 7)
    assert Rows(place, []).place == Text(place, "nft list ruleset", "").place == place
    assert Rows(place, []).coverage == ()
