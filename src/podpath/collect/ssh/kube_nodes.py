"""``kubectl get nodes -o json``: each node by its name, reached by its InternalIP."""

from collections.abc import Iterable

import orjson

from podpath.collect.files import InputError
from podpath.collect.ssh.host import Host, make_host


def hosts(text: str, name: str) -> list[Host]:
    """Return the nodes of a document.

    Args:
        text: what kubectl printed.
        name: name of the file.

    Raises:
        InputError: it is no such document, or a node has neither address nor name.
    """
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{name}: not JSON: {error}") from None
    items = document.get("items", [document]) if isinstance(document, dict) else []
    nodes = [item for item in items if isinstance(item, dict) and item.get("kind", "Node") == "Node"]
    if not nodes or not all(isinstance(node.get("metadata"), dict) for node in nodes):
        raise InputError(f"{name}: no nodes in it; `kubectl get nodes -o json` prints some")
    return [_host(node, name) for node in nodes]


def _host(node: dict[str, object], name: str) -> Host:
    metadata, status = node["metadata"], node.get("status")
    called = str(metadata.get("name", "")) if isinstance(metadata, dict) else ""
    addresses = status.get("addresses") if isinstance(status, dict) else None
    known = _by_type(addresses if isinstance(addresses, list) else [])
    target = known.get("InternalIP") or known.get("Hostname") or called
    return make_host(called or target, target, f"{name}: node {called}")


def _by_type(addresses: Iterable[object]) -> dict[str, str]:
    """Return the first address of each type: of a node with two families, the first is the primary one."""
    found: dict[str, str] = {}
    for item in addresses:
        if isinstance(item, dict):
            found.setdefault(str(item.get("type")), str(item.get("address", "")))
    return found
