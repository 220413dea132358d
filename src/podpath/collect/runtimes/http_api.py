"""The HTTP API of an engine on a unix socket: one connection, kept alive, until one deadline."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import orjson

from podpath.collect.runtimes.interface import UnansweredError, Where
from podpath.collect.runtimes.sockets import connect
from podpath.readers.interface import Json

_LONGEST: Final = 64 << 20
"""Maximum size of an answer, in bytes; a thousand containers need 2 MiB."""
_OK: Final = 200
_NOT_FOUND: Final = 404


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket that is connected already."""

    def connect(self) -> None:
        """Refuse: an engine that closes a connection has ended."""
        raise UnansweredError("it closed the connection")


class Api:
    """An engine's API.

    Args:
        path: its socket.
        where: root and deadline.
        servers: names of the processes that serve it.

    Raises:
        FileNotFoundError: the socket is not there any more.
        PermissionError: it is forbidden to this user.
        UnansweredError: it cannot be connected to.
    """

    def __init__(self, path: Path, where: Where, servers: frozenset[str]) -> None:
        self._path = path
        self._http = _Connection("localhost")
        self._http.sock = connect(path, where, servers)

    def get(self, path: str) -> Json:
        """Return the decoded answer to a request, or None if the object does not exist.

        Raises:
            UnansweredError: it did not answer in time, or not in JSON.
        """
        with self._plainly():
            self._http.request("GET", path, headers={"User-Agent": "podpath"})
            response = self._http.getresponse()
            body = response.read(_LONGEST + 1)
            if len(body) > _LONGEST:
                raise UnansweredError(f"{self._path}: its answer to {path} does not end")
            if response.length:
                raise UnansweredError(f"{self._path}: its answer to {path} is truncated")
            if response.status == _NOT_FOUND:
                return None
            if response.status != _OK:
                raise UnansweredError(f"{self._path}: it answers {response.status} {response.reason}{_message(body)}")
            return orjson.loads(body)

    def list(self, path: str) -> list[Json]:
        """Return the decoded answer to a request for a list of objects; empty if the engine does not know it.

        Raises:
            UnansweredError: it did not answer in time, or with something else.
        """
        answer = self.get(path)
        if answer is None:
            return []
        if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
            raise UnansweredError(f"{self._path}: its answer to {path} is not a list of objects")
        return answer

    def header(self, path: str, name: str) -> str | None:
        """Return a header of the answer to a request.

        Raises:
            UnansweredError: it did not answer in time, or not in HTTP.
        """
        with self._plainly():
            self._http.request("GET", path, headers={"User-Agent": "podpath"})
            response = self._http.getresponse()
            response.read(_LONGEST)
            return response.getheader(name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Turn what may go wrong into plain words."""
        try:
            yield
        except TimeoutError:
            raise UnansweredError(f"{self._path}: it does not answer in time") from None
        except http.client.HTTPException as error:
            raise UnansweredError(f"{self._path}: it does not speak HTTP ({type(error).__name__})") from None
        except orjson.JSONDecodeError as error:
            raise UnansweredError(f"{self._path}: its answer is not JSON ({error})") from None
        except OSError as error:
            raise UnansweredError(f"{self._path}: {error.strerror or error}") from None


def _message(body: bytes) -> str:
    """Return what an engine says of an error, as Docker and podman put it."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    message = document.get("message") or document.get("cause") if isinstance(document, dict) else None
    return f": {message}" if message else ""
