"""Writes a key of etcd by the JSON form of its API (etcd's Documentation, "gRPC gateway"): ``main``, run inside a lab."""

import base64
import json
import sys
import time
import urllib.request
from typing import Final

_PATIENCE: Final = 30.0


def put(server: str, key: str, value: str) -> None:
    """Write a key, as soon as the server answers.

    Raises:
        TimeoutError: it does not, in time.
    """
    body = json.dumps(
        {name: base64.b64encode(text.encode()).decode() for name, text in (("key", key), ("value", value))}
    ).encode()
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{server}/v3/kv/put", body, timeout=5).close()  # noqa: S310 - http
        except OSError as error:
            if time.monotonic() > until:
                raise TimeoutError(f"{server}: {error}") from None
        else:
            return
        time.sleep(0.05)


def main() -> None:
    """Do what the command line says: SERVER KEY, the value on standard input."""
    try:
        put(sys.argv[1], sys.argv[2], sys.stdin.read())
    except TimeoutError as error:
        sys.exit(str(error))
