"""One command's output, by its reader alone: also lines that the transcript would not take for its own."""

import json
from collections.abc import Iterable

import orjson

from podpath.readers.interface import Bad
from podpath.readers.registry import readers
from tests.fuzz.target import Target
from tests.readers.test_hostile import _LINES

_READERS = readers()


def _one(data: bytes) -> None:
    """The first byte picks the reader; JSON goes to those that own it."""
    if not data:
        return
    reader, text = _READERS[data[0] % len(_READERS)], data[1:].decode("utf-8", "replace")
    if reader.read is not None:
        for index, row in reader.read(reader.name.split(), text.splitlines()):
            assert index >= 0
            assert isinstance(row, (Bad, tuple))
    if reader.read_json is not None and reader.owns_json is not None:
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError:
            return
        if reader.owns_json(document):
            list(reader.read_json([], document))


def _seeds() -> Iterable[bytes]:
    """Begin with every line for every reader that takes it, and documents of a few kinds."""
    documents = (
        [
            {
                "ifindex": 1,
                "ifname": "eth0",
                "flags": ["UP"],
                "mtu": 1500,
                "linkinfo": {"info_kind": "vxlan", "info_data": {"id": 1}},
            }
        ],
        [{"Id": "a", "Name": "/c", "State": {"Pid": 7}, "NetworkSettings": {"Networks": {"b": {"IPAddress": "10.0.0.2"}}}}],
        {
            "apiVersion": "v1",
            "kind": "List",
            "items": [{"kind": "Pod", "metadata": {"name": "p"}, "status": {"podIP": "10.0.0.2"}}],
        },
        {"name": "n", "cniVersion": "1.0.0", "plugins": [{"type": "bridge", "bridge": "cni0"}]},
    )
    for at, reader in enumerate(_READERS):
        if reader.starts is not None:
            taken = [line for line in _LINES.splitlines() if reader.starts.match(line)]
            yield bytes([at]) + "\n".join(taken).encode()
        if reader.owns_json is not None:
            yield from (bytes([at]) + json.dumps(one).encode() for one in documents if reader.owns_json(one))


TARGET = Target("readers", _one, _seeds)
