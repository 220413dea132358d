"""A gRPC server of the CRI that answers from a table: for what containerd cannot show (CRI-O, races, hostile answers).

CRI-O itself is in no Debian release, so its answers here follow its source (server/sandbox_status.go,
server/container_status.go): ``info`` holds ``pid`` and ``runtimeSpec``, and no CNI result.
"""

import socket
import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded


class Reply(NamedTuple):
    """What a call comes to.

    Attributes:
        body: the message.
        status: status code of gRPC.
        message: what is said of an error.
    """

    body: bytes = b""
    status: int = 0
    message: str = ""


Table = Mapping[str, Callable[[bytes], Reply]]
"""Answers by method; what is not in it is not implemented."""
UNKNOWN = Reply(status=12, message="unknown service")


def grpc(table: Table) -> Callable[[socket.socket], None]:
    """Return what answers a connection."""

    def answer(client: socket.socket) -> None:
        http = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        http.initiate_connection()
        client.sendall(http.data_to_send())
        methods: dict[int, str] = {}
        bodies: dict[int, bytes] = {}
        while data := client.recv(65536):
            for event in http.receive_data(data):
                if isinstance(event, RequestReceived):
                    methods[event.stream_id] = dict(event.headers)[b":path"].decode()
                elif isinstance(event, DataReceived):
                    bodies[event.stream_id] = bodies.get(event.stream_id, b"") + event.data
                elif isinstance(event, StreamEnded):
                    number = event.stream_id
                    make = table.get(methods[number])
                    _send(http, number, UNKNOWN if make is None else make(bodies[number][5:]))
            client.sendall(http.data_to_send())

    return answer


def _send(http: H2Connection, number: int, reply: Reply) -> None:
    http.send_headers(number, [(":status", "200"), ("content-type", "application/grpc")])
    if reply.status == 0:
        http.send_data(number, struct.pack(">BI", 0, len(reply.body)) + reply.body)
    http.send_headers(number, [("grpc-status", str(reply.status)), ("grpc-message", reply.message)], end_stream=True)
