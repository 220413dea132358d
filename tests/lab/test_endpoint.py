"""The process of a pod: it answers requests one after the other, also silly ones."""

import pytest

from podpath.lab import endpoint
from podpath.lab.client import Cluster
from podpath.lab.tool import ToolError


@pytest.mark.lab
def test_a_round_without_targets_is_over_at_once(small: Cluster) -> None:
    """And two on one connection are answered in turn."""
    connection = small.connect("n1", "p1")
    for _ in range(2):
        assert connection.ask({"do": "probe", "timeout": 1, "window": 5, "targets": []})[0] == {"outcomes": []}
    connection.close()


@pytest.mark.lab
def test_more_targets_than_fit_at_once_are_all_tried(small: Cluster) -> None:
    """The window only says how many are on their way together."""
    connection = small.connect("n1", "p1")
    targets = [(key, "10.244.2.10", 7, "udp") for key in range(9)]
    outcomes = connection.ask({"do": "probe", "timeout": 2, "window": 2, "targets": targets})[0]["outcomes"]
    assert sorted(outcome[0] for outcome in outcomes) == sorted(list(range(9)) * 2)
    assert {outcome[2] for outcome in outcomes} == {""}
    connection.close()


def test_a_setting_that_cannot_be_written_is_told_as_a_command() -> None:
    """As a person would have typed it."""
    with pytest.raises(ToolError, match=r"sysctl -w net\.none=1: No such file"):
        endpoint.write_settings({"net/none": "1"})
