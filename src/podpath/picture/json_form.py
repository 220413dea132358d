"""The map as JSON: nodes and edges, ``podpath.map/1``."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.picture.model import Edge, Interface, Map, Node, Problem, Segment, Space
from podpath.report.json_text import json_text
from podpath.state.evidence import Unknown

SCHEMA: Final = "podpath.map/1"


def render(graph: Map) -> str:
    """Return the document as text."""
    return json_text(document(graph))


def document(graph: Map) -> dict[str, Any]:
    """Return the document; its JSON Schema ships beside this module.

    A node of the graph is a node of the cluster, a namespace, an interface, or a segment between them; each names the
    one that it is in.
    """
    return {
        "schema": SCHEMA,
        "nodes": [*(part for node in graph.nodes for part in _node(node)), *(_segment(segment) for segment in graph.segments)],
        "edges": [_edge(edge) for edge in graph.edges],
        "problems": [_problem(problem) for problem in graph.problems],
    }


def _node(node: Node) -> Iterator[dict[str, Any]]:
    yield {"id": node.id, "type": "node", "parent": None, "name": node.name,
           "missing": [_unknown(item) for item in node.missing]}  # fmt: skip
    for space in node.spaces:
        yield _space(space, node)
        yield from (_interface(item, space) for item in space.interfaces)


def _space(space: Space, node: Node) -> dict[str, Any]:
    return {
        "id": space.id, "type": "namespace", "parent": node.id, "name": space.title, "netns": space.label,
        "containers": list(space.containers), "forwards": space.forwards, "problems": list(space.problems),
    }  # fmt: skip


def _interface(item: Interface, space: Space) -> dict[str, Any]:
    return {
        "id": item.id, "type": "interface", "parent": space.id, "name": item.name, "role": item.role, "kind": item.kind,
        "state": item.state, "mac": item.mac, "mtu": item.mtu, "addresses": list(item.addresses),
        "details": list(item.details), "problems": list(item.problems),
        "unknown": _unknown(item.unknown) if item.unknown is not None else None,
    }  # fmt: skip


def _segment(segment: Segment) -> dict[str, Any]:
    pairs = {"proven": segment.proven, "broken": segment.broken, "unknown": segment.unknown}
    return {
        "id": segment.id, "type": "segment", "parent": None, "name": segment.name, "kind": segment.kind,
        "details": list(segment.details), "pairs": pairs,
    }  # fmt: skip


def _edge(edge: Edge) -> dict[str, Any]:
    return edge._asdict()


def _problem(problem: Problem) -> dict[str, Any]:
    return {key: value for key, value in problem._asdict().items() if key != "label"}


def _unknown(item: Unknown) -> dict[str, Any]:
    return {"node": item.node, "missing": item.missing, "command": item.command}
