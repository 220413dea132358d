"""A port is published for one address of the host."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="published-on-loopback",
    title="A port is published for one address of the host",
    explain="""`docker run -p 127.0.0.1:8080:80` opens port 8080 on the loopback address only, so only the host itself reaches it. Other
addresses of the host refuse the connection. `-p 8080:80` opens it on all addresses.

    docker port NAME                    the address before the colon
    ss -tlnp                            which address docker-proxy listens on

The port of a running container cannot be changed: recreate it with the other `-p`, or use the address that is shown.

    podpath trace node:HOST 127.0.0.1 --port 8080""",
)


def elsewhere(container: str, node: str, port: str, only: str, asked: str, publish: str) -> Words:
    """Return the words for a published port that is asked at an address which it is not published on.

    Args:
        container: its name.
        node: its node.
        port: the published port.
        only: address that it is published on.
        asked: address that was asked.
        publish: the option that publishes it everywhere.
    """
    return CAUSE.words(
        tr(
            "{container} publishes port {port} of {node} on {only} only, not on {asked}",
            container=container,
            port=port,
            node=node,
            only=only,
            asked=asked,
        ),
        tr("The port is open on that address only."),
        tr(
            "recreate {container} with {publish}, or use {only} on {node} itself",
            container=container,
            publish=publish,
            only=only,
            node=node,
        ),
    )
