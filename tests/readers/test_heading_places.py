"""Headings of namespaces, and of places that are named by what is around them."""

# ruff: noqa: RUF001 - headings in many languages

import pytest

from podpath.readers.heading import Kind
from podpath.readers.headings import find_heading
from podpath.state.evidence import Degree

PLACES = {
    "Inside the container:": (Kind.CONTAINER, ""),
    "容器内：": (Kind.CONTAINER, ""),
    "再看db容器里的网卡：": (Kind.CONTAINER, "db"),
    "--- pod/web-0": (Kind.POD, "web-0"),
    "Container web:": (Kind.CONTAINER, "web"),
    "In pod web-1:": (Kind.POD, "web-1"),
    "On the host:": (Kind.HOST, ""),
    "宿主机：": (Kind.HOST, ""),
    "From the node:": (Kind.HOST, ""),
    "On the same node:": (Kind.SAME, ""),
    "Other node:": (Kind.OTHER, ""),
    "### Pod on node1": (Kind.POD, ""),
}


@pytest.mark.parametrize(("line", "expected"), PLACES.items())
def test_a_heading_may_name_a_namespace(line: str, expected: tuple[Kind, str]) -> None:
    """Into it, back to the host, elsewhere, or nowhere."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name) == expected


@pytest.mark.parametrize(
    ("line", "kind", "name"),
    [
        ("Container A (web):", Kind.CONTAINER, "web"), ("Container web (172.17.0.2):", Kind.CONTAINER, "web"),
        ("Pod B (shop/web-0):", Kind.POD, "shop/web-0"), ("容器1（web）：", Kind.CONTAINER, "web"),
    ],
)  # fmt: skip
def test_a_container_may_have_a_letter_and_a_name(line: str, kind: Kind, name: str) -> None:
    """The name is in the brackets, unless an address is there."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("line", "kind", "name", "also"),
    [
        ("Inside pod `web-1` (node `worker-2`):", Kind.POD, "web-1", "worker-2"),
        ("Pod web-1 (on worker-2):", Kind.POD, "web-1", "worker-2"),
        ("On the good host (n1):", Kind.NODE, "n1", "good host"), ("Dentro del contenedor web:", Kind.CONTAINER, "web", ""),
        ("Dans le conteneur web :", Kind.CONTAINER, "web", ""), ("В контейнере web:", Kind.CONTAINER, "web", ""),
        ("Dentro do container web:", Kind.CONTAINER, "web", ""), ("Innerhalb des Containers web:", Kind.CONTAINER, "web", ""),
    ],
)  # fmt: skip
def test_brackets_tell_the_machine(line: str, kind: Kind, name: str, also: str) -> None:
    """Of a pod the node, of a description the name."""
    found = find_heading(line)
    assert found is not None
    assert (found.kind, found.name, found.also) == (kind, name, also)


def test_a_pod_of_a_node_or_the_pod_of_that_name_is_in_doubt() -> None:
    """`在 n1 的 pod 里` may be either."""
    heading = find_heading("在 n1 的 pod 里查看：")
    assert heading is not None
    assert (heading.kind, heading.degree) == (Kind.POD, Degree.ASSUMED)
