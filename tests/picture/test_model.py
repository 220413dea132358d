"""What a map shows."""

from tests.picture.maps import hosts


def test_the_host_of_a_node_is_its_own_namespace() -> None:
    """The first one."""
    (node,) = hosts(1, 2).nodes
    assert node.host.label == ""
    assert node.host is node.spaces[0]
