"""A container has a port that its host does not publish."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import otherwise

CAUSE: Final = Cause(
    name="port-not-published",
    title="A container has a port that its host does not publish",
    explain="""A container in a network of its own is reached at its own address. The host's addresses lead to it only by a published port:
`docker run -p 8080:80`. A port that the image only names (EXPOSE, `--expose`) opens nothing on the host, so the host refuses connections to it.

With `--network host` there is nothing to publish: Docker ignores `-p`, and the program listens on the host's addresses at its own port.

    docker port NAME                                            what is published
    docker inspect -f '{{.HostConfig.PortBindings}}' NAME       what was asked for
    ss -tlnp                                                    what listens on the host

The ports of a running container cannot be changed: recreate it with `-p`.""",
)


def exposed(container: str, node: str, port: str, address: str | None) -> Words:
    """Return the words for a port of the host at which nothing listens, and which a container has, unpublished.

    Args:
        container: its name.
        node: its node.
        port: the port, with its protocol where that is not TCP.
        address: an address of the container, or None if none is known.
    """
    own = (
        (otherwise(tr("use its own address, {address}, on {node} itself", address=address, node=node)),)
        if address is not None
        else ()
    )
    number = port.partition("/")[0]
    return CAUSE.words(
        tr(
            "nothing listens on port {port} of {node}: {container} has a port of this number, but does not publish it",
            port=port,
            node=node,
            container=container,
        ),
        tr("An exposed port is not open on the host."),
        tr("recreate {container} with -p {number}:{port}", container=container, number=number, port=port),
        *own,
    )


def ignored(container: str, node: str, asked: str, port: str) -> Words:
    """Return the words for a port that was to be published for a container which has no network of its own.

    Args:
        container: its name.
        node: its node.
        asked: port of the host that was asked for.
        port: port of the container, with its protocol where that is not TCP.
    """
    return CAUSE.words(
        tr(
            "nothing listens on port {asked} of {node}: {container} has the network of the host, and -p "
            "{asked}:{port} has no effect there",
            asked=asked,
            node=node,
            container=container,
            port=port,
        ),
        tr("Its program listens on the host's own addresses, at the port that it was started with."),
        tr(
            "use port {port} of {node}, or recreate {container} without --network host", port=port, node=node, container=container
        ),
    )
