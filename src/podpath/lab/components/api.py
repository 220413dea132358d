"""A small client of a lab's API server, run inside a lab: ``main`` waits for a path, or writes objects.

A lab's nodes have no Python packages to count on, so it speaks HTTP by the standard library alone.
"""

import json
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final

_PATIENCE: Final = 100.0
_PAUSE: Final = 0.1
_PLURALS: Final = {"NetworkPolicy": "networkpolicies"}
_GLOBAL: Final = frozenset({"Node", "Namespace", "ClusterRole", "ClusterRoleBinding"})
_CONFLICT: Final = 409


class Api:
    """An API server.

    Args:
        server: its URL.
        token: of a user.
    """

    def __init__(self, server: str, token: str) -> None:
        self._server, self._token = server, token
        self._context = ssl.create_default_context()
        # The lab's network is the lab's alone, and its API server signs its own certificate.
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE

    def ask(self, method: str, path: str, body: object = None, *, kind: str = "application/json") -> Any:  # noqa: ANN401 - JSON
        """Send a request, and return the JSON of the answer, or its text.

        Raises:
            OSError: it was refused, or nobody is there (urllib.error.HTTPError is one).
        """
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind, "Accept": "application/json"}
        request = urllib.request.Request(f"{self._server}{path}", data, headers, method=method)  # noqa: S310 - https
        with urllib.request.urlopen(request, context=self._context, timeout=10) as answer:  # noqa: S310 - as above
            said = answer.read().decode()
        return json.loads(said) if said.startswith(("{", "[")) else said

    def wait(self, path: str) -> None:
        """Wait until a path is answered.

        Raises:
            TimeoutError: it is not, in time.
        """
        self._patiently(lambda: self.ask("GET", path), path)

    def write(self, made: dict[str, Any]) -> None:
        """Make an object, with the status that it holds.

        Raises:
            TimeoutError: the server did not take it in time.
        """
        path, name = folder(made), made["metadata"]["name"]

        def send() -> None:
            try:
                self.ask("POST", path, made)
            except urllib.error.HTTPError as error:
                if error.code != _CONFLICT:
                    raise

        self._patiently(send, f"{path}/{name}")
        if "status" in made:
            change = {"status": made["status"]}
            status = f"{path}/{name}/status"
            self._patiently(lambda: self.ask("PATCH", status, change, kind="application/merge-patch+json"), status)

    @staticmethod
    def _patiently(work: Callable[[], object], what: str) -> object:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return work()
            except OSError as error:
                if time.monotonic() > until:
                    said = error.read().decode() if isinstance(error, urllib.error.HTTPError) else str(error)
                    raise TimeoutError(f"{what}: {said}") from None
            time.sleep(_PAUSE)


def folder(made: dict[str, Any]) -> str:
    """Return the path below which objects of a kind are.

    >>> folder({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "web"}})
    '/api/v1/namespaces/web/pods'
    >>> folder({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {}})
    '/apis/rbac.authorization.k8s.io/v1/clusterroles'
    """
    version, kind = made["apiVersion"], made["kind"]
    top = f"/apis/{version}" if "/" in version else f"/api/{version}"
    inside = "" if kind in _GLOBAL else f"/namespaces/{made['metadata'].get('namespace', 'default')}"
    return f"{top}{inside}/{_PLURALS.get(kind, kind.lower() + 's')}"


def main() -> None:
    """Do what the command line says: SERVER TOKEN wait PATH, or SERVER TOKEN write (a list of objects on standard input)."""
    server, token, verb, *words = sys.argv[1:]
    api = Api(server, token)
    try:
        if verb == "wait":
            api.wait(words[0])
        else:
            for made in json.load(sys.stdin):
                api.write(made)
    except TimeoutError as error:
        sys.exit(str(error))
