"""Sentences of teaching."""

from podpath.walk.diagnosis.teach import teach


def test_every_stage_that_a_person_sees_has_a_sentence() -> None:
    """And what is no stage has none."""
    stages = ("route", "neighbour", "answer", "FDB", "device", "tunnel", "underlay", "fragment", "netfilter", "socket", "end")
    assert all(teach(stage).endswith(".") for stage in stages)
    assert teach("nonsense") == ""
