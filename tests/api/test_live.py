"""This node, live, into a store."""

import os
import sys
from unittest import mock

import pytest

from podpath.api.errors import UserError
from podpath.api.live import this_node
from podpath.cli.main import main
from podpath.collect.node import capture
from tests.netlink.space import Space


def test_the_node_is_called_by_its_name() -> None:
    """And its own namespace is the host's, with devices."""
    with this_node([os.getpid()]) as store:
        assert store.raw("SELECT name FROM node") == [(os.uname().nodename,)]
        assert ("lo",) in store.raw("SELECT l.name FROM link l JOIN netns n USING (ns) WHERE n.kind = 'host'")


@pytest.mark.root
def test_rulesets_are_kept_whole(space: Space) -> None:
    """With their text, for whoever evaluates them."""
    space.run("iptables-nft", "-A", "FORWARD", "-s", "10.9.8.7", "-j", "DROP")
    with this_node() as store:
        rows = store.raw(
            "SELECT r.form, r.rules, s.command, s.text FROM ruleset r JOIN source s USING (source) JOIN netns n ON n.ns = r.ns"
            " WHERE n.name = ? ORDER BY r.form",
            [space.name],
        )
    assert [row[:3] for row in rows] == [("iptables", 1, "iptables-nft-save -c"), ("nft", 1, "nft -j list ruleset")]
    assert all("10.9.8.7" in row[3] for row in rows)


def test_a_node_that_cannot_be_read_is_told() -> None:
    """Not a traceback."""
    error = FileNotFoundError(2, "No such file or directory", "/proc")
    with (
        mock.patch.object(capture, "find_namespaces", side_effect=error),
        pytest.raises(UserError, match="this node cannot be read: /proc: No such file"),
    ):
        this_node()


def test_commands_without_a_snapshot_this_node(capsys: pytest.CaptureFixture[str]) -> None:
    """Each of them."""
    assert main(["sql", "select count(*) as n from link where name = 'lo'", "--format", "csv"]) == 0
    assert int(capsys.readouterr().out.splitlines()[1]) >= 1
    assert main(["check", "--fail-on", "never"]) == 0


def test_what_is_needed_next_is_loaded_meanwhile() -> None:
    """The modules that the caller names."""
    sys.modules.pop("podpath.picture.mermaid", None)
    with this_node([os.getpid()], load=("podpath.picture.mermaid",)):
        assert "podpath.picture.mermaid" in sys.modules
