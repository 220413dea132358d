"""Nothing listens on the target of a service or a published port."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import marked, tr
from podpath.state.finding import Words
from podpath.state.fix import Fix, do, otherwise

CAUSE: Final = Cause(
    name="target-not-listening",
    title="Nothing listens on the target of a service or a published port",
    explain="""A service's endpoint, or a published port, points to a container port on which no program listens, or only on 127.0.0.1.
The container's kernel refuses the connection: "Connection refused" from everywhere, while `localhost` inside works.

It happens when a program binds to localhost, when targetPort is not the program's port, and while a program starts.

Check: in the container `ss -tln`; compare with targetPort, containerPort, or `docker port NAME`.""",
    summary=(
        "{what} points to {ip} port {port}, but{where} a program listens only on {near}",
        "{what} points to {ip} port {port}, but nothing listens there{where}",
    ),
    why="The container itself refuses connections.",
    fix=(
        "make the program listen on 0.0.0.0 (or ::), port {port}",
        otherwise("point to the port on which it listens"),
    ),
)


def closed(proto: str, port: str, place: str) -> Words:
    """Return the words for a port that nothing listens on.

    Args:
        proto: tcp, udp or sctp.
        port: the port.
        place: where, in words.
    """
    return CAUSE.words(
        tr("nothing listens on {proto} port {port} {place}", proto=proto, port=port, place=place), tr(CLOSED), _look(proto)
    )


def reserved(program: str, proto: str, port: str, node: str, container: str) -> Words:
    """Return the words for a published port that an engine holds, and to which no rule leads.

    Args:
        program: the engine's program.
        proto: tcp or udp.
        port: the port of the host.
        node: the host.
        container: the container that it is published for.
    """
    again = do("systemctl", "restart", "docker") if program == "dockerd" else do("podman", "network", "reload", container)
    return CAUSE.words(
        tr(
            "{program} holds {proto} port {port} of {node} for {container} and accepts nothing there: no rule "
            "leads the packet to {container}",
            program=program,
            proto=proto,
            port=port,
            node=node,
            container=container,
        ),
        tr("The kernel completes the handshake, and no program replies. The engine writes the rule again when it starts."),
        again,
    )


def narrow(proto: str, port: str, place: str, only: str, asked: str, *, loopback: bool) -> Words:
    """Return the words for a port that a program listens on at another address.

    Args:
        proto: tcp, udp or sctp.
        port: the port.
        place: where, in words.
        only: address that it listens on.
        asked: address that was asked.
        loopback: the former is a loopback address.
    """
    everywhere = "::" if ":" in asked else "0.0.0.0"  # noqa: S104 - a person's program
    return CAUSE.words(
        tr(
            "the program on {proto} port {port} {place} listens only on {only}, not on {asked}",
            proto=proto,
            port=port,
            place=place,
            only=only,
            asked=asked,
        ),
        tr(CLOSED),
        tr("make the program listen on {everywhere} or {asked}", everywhere=everywhere, asked=asked)
        if loopback
        else _look(proto),
    )


def _look(proto: str) -> Fix:
    return do("ss", f"-{proto[0]}lnp", words=tr("check what listens,"))


CLOSED: Final = marked("The kernel replies that the port is closed.")
"""Return what a sender learns about a port without a listener (tcp_v4_send_reset, RFC 1122 section 4.1.3.1)."""
