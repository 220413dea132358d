"""Steps of a fix: data with a place, and the text that is made of it."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.state.fix import Fix, do, otherwise, say, typed

WORDS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1)


def test_a_command_gets_the_place_of_the_fault() -> None:
    """Its node, and the words that enter its namespace."""
    step = do("ip", "link", "set", "eth0", "up").at("n1", "netns:web", "ip netns exec web")
    assert step.text == "on n1: ip netns exec web ip link set eth0 up"
    assert step.command is not None
    assert (step.command.node, step.command.netns) == ("n1", "netns:web")


def test_some_commands_have_a_place_of_their_own() -> None:
    """A daemon is asked on the host, the API from anywhere; words before a command may say where it belongs."""
    inside = ("n1", "container:web", "docker exec web")
    assert do("docker", "start", "web").at(*inside).text == "on n1: docker start web"
    assert do("kubectl", "get", "pods").at(*inside).text == "kubectl get pods"
    assert (
        do("ip", "neigh", words="on every sender", instead=True, elsewhere=True).at(*inside).text
        == "or on every sender: ip neigh"
    )


def test_words_and_remarks_stand_around_a_command() -> None:
    """A person reads where to type it first, and copies it without the remark."""
    step = do("ip", "neigh", words="until then,", note="and on its peers").at("n1", "", "")
    assert (step.lead, step.typed) == ("until then, on n1", "ip neigh   (and on its peers)")
    assert say("restart the agent").at("n1", "", "").text == "restart the agent"
    assert do("kubectl", "get", "pods", words="see first,").text == "see first: kubectl get pods"


@given(st.lists(WORDS, min_size=1))
def test_a_shell_reads_the_words_of_a_command(argv: list[str]) -> None:
    """None of them becomes another word, whatever it holds."""
    step = do(*argv)
    assert step.command is not None
    assert shlex.split(step.command.text) == argv


def test_a_command_as_text_is_read_as_a_shell_reads_it() -> None:
    """Where other software prints it so."""
    assert typed("nft 'add rule x'", note="y") == Fix("", do("nft", "add rule x").command, "y")


def test_another_way_says_so() -> None:
    """By data, from which the word is made."""
    assert otherwise("restart the agent").text == "or restart the agent"
    assert do("ip", "neigh", instead=True).at("n1", "", "").text == "or on n1: ip neigh"


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("ip route show table all", True), ("ip route get 10.0.0.1", True), ("ip route del default", False),
        ("sysctl net.ipv4.ip_forward", True), ("sysctl -w net.ipv4.ip_forward=1", False), ("sysctl net.ipv4.ip_forward=1", False),
        ("iptables-save -t nat", True), ("iptables -D FORWARD 1", False), ("conntrack -L", True), ("conntrack -D", False),
        ("kubectl -n shop get pods", True), ("docker logs web", True), ("docker start web", False), ("ss -tln", True),
    ],
)  # fmt: skip
def test_a_command_that_only_shows_something_is_known(text: str, reads: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """By its words."""
    command = typed(text).command
    assert command is not None
    assert command.reads is reads
