"""Where a thing is, and how a command is run there."""

import pytest

from podpath.wiring.places import in_words, prefix, run_in


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("", ""),
        ("netns:web", "ip netns exec web "),
        ("pid:42", "nsenter -t 42 -n "),
        ("container:db", "docker exec db "),
        ("pod:shop/web", "kubectl exec -n shop web -- "),
        ("netns:at-web;id>x", "ip netns exec 'at-web;id>x' "),
        ("container:$(id)", "docker exec '$(id)' "),
        ("pod:shop/$(id)", "kubectl exec -n shop '$(id)' -- "),
    ],
)
def test_a_command_is_run_where_a_thing_is(label: str, expected: str) -> None:
    """Names are somebody's: a shell must not run them."""
    assert prefix(label) == expected


def test_each_of_several_commands_has_the_prefix() -> None:
    """A prefix before the first alone would show the host's own rules as the container's."""
    assert run_in("container:db", "iptables-save -c; nft list ruleset") == (
        "docker exec db iptables-save -c; docker exec db nft list ruleset"
    )
    assert run_in("", "ip link; ip route") == "ip link; ip route"


def test_a_place_is_told_in_words() -> None:
    """The node alone, or what is on it."""
    assert in_words("", "n1") == "on n1"
    assert in_words("pod:shop/web", "n1") == "in pod shop/web on n1"
