"""The place of a text, and how sure it is."""

import pytest

from podpath.readers.command_line import Prompt
from podpath.readers.heading import Heading, Kind
from podpath.readers.place import Place
from podpath.readers.whereabouts import NodeRef, Whereabouts, is_of_host
from podpath.state.evidence import Degree

CONTAINER = Place("", "container", "web")


def at() -> Whereabouts:
    """Return a text that has two nodes, and is at the first."""
    where = Whereabouts(NodeRef("ticket"))
    where.enter(Heading("node2", None))
    where.enter(Heading("Node 1", None))
    return where


def test_a_heading_states_a_place() -> None:
    """However its name is spelled, it is one node's."""
    where = at()
    first = where.node
    assert where.degree is Degree.STATED
    where.enter(Heading("node2", None))
    where.enter(Heading("node-1", None))
    assert where.node is first


def test_a_prompt_with_a_host_name_makes_it_sure() -> None:
    """Its name is one of the node's from then on."""
    where = at()
    where.prompted(Prompt("root@k3s-a#", "k3s-a", "ip a"))
    assert where.degree is Degree.SURE
    assert where.node is where.find("k3s-a")
    assert where.node.name == "Node 1"


@pytest.mark.parametrize(("line", "name", "degree"), [
    ("Take node2 as the example.", "node2", Degree.ASSUMED), ("Node 1 cannot reach node 2.", "Node 1", Degree.STATED),
    ("Nothing is said here.", "Node 1", Degree.STATED),
])  # fmt: skip
def test_a_sentence_that_names_one_other_node_moves_the_place(line: str, name: str, degree: Degree) -> None:
    """And leaves it in doubt; one that names both says nothing."""
    where = at()
    where.mention(line)
    assert (where.node.name, where.degree) == (name, degree)


def test_headings_of_namespaces_keep_the_node() -> None:
    """Into a container, and back."""
    where = at()
    where.enter(Heading("", None, Kind.CONTAINER))
    assert (where.node.name, where.place()) == ("Node 1", Place("", "container", "a container"))
    where.enter(Heading("", None, Kind.HOST))
    assert where.place() == Place()
    where.enter(Heading("", None, Kind.OTHER))
    assert where.degree_of(Place()) is Degree.ASSUMED


def test_a_shell_ends_with_its_exit_or_with_another_prompt() -> None:
    """Of the outer style, or of a host."""
    for last in (None, Prompt("$", None, "ip a"), Prompt("root@n9#", "n9", "ip a")):
        where = at()
        where.prompted(Prompt("$", None, "docker exec -it web sh"))
        where.go_in("$", CONTAINER)
        where.prompted(Prompt("/#", None, "ip a"))
        assert where.degree_of(CONTAINER) is Degree.STATED
        if last is None:
            assert where.exited()
        else:
            where.prompted(last)
        assert where.place() == Place()


def test_a_shell_whose_prompt_looks_like_the_one_before_is_in_doubt() -> None:
    """Nothing shows when it ends."""
    where = at()
    where.prompted(Prompt("$", None, "nsenter -t 4242 -n"))
    where.go_in("$", CONTAINER)
    where.prompted(Prompt("$", None, "ip a"))
    assert where.degree_of(CONTAINER) is Degree.ASSUMED


def test_commands_of_hosts_are_known() -> None:
    """Containers have none of them."""
    assert is_of_host("sudo docker ps")
    assert not is_of_host("ip route")


def test_a_shell_entered_at_a_lone_hash_has_the_same_prompt_and_does_not_end_at_once() -> None:
    """`# nsenter -t 4242 -n`, then `# ip a`: the second is typed inside, as far as the text tells."""
    where = at()
    where.go_in("#", CONTAINER)
    where.prompted(Prompt("#", None, "ip a", sure=False))
    assert where.place() == CONTAINER
    assert where.degree_of(CONTAINER) is Degree.ASSUMED


def test_a_text_with_several_nodes_is_none_of_them() -> None:
    """The machine that it begins at is called as its prompt says."""
    where = Whereabouts(NodeRef("ticket"))
    where.prompted(Prompt("me@n1$", "n1", "ssh n2 ip route"))
    where.find("n2")
    where.finish()
    assert [ref.name for ref in where.refs()] == ["n1", "n2"]
