"""A container that should run does not."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Severity, Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="container-not-running",
    severity=Severity.WARNING,
    title="A container that should run does not",
    explain="""A container whose program has exited has no network: its name does not resolve, and its published port refuses connections. If the program
keeps exiting, the container exists for moments only. A container that could not get its port on the host was created but never started.
A paused container keeps its network: its kernel still answers pings and handshakes, but no program reads what arrives.

Somebody may have stopped a container on purpose: if it publishes a port, podpath reports it as a note only.

Check: `docker ps -a`, `docker logs NAME`, `docker inspect NAME`; exit code 137 is a SIGKILL (out of memory, or `docker kill`), 139 a crash,
127 a command that is not in the image.""",
    summary=(
        "{container} was created but never started: {holder} has {proto} port {port} of {node}",
        "{container} keeps exiting (exit code {looping}) and restarting",
        "{container} is {paused}: its kernel answers, but its programs do not",
        "{container} publishes port {port} of {node}, and is not running (exit code {code})",
        "{container} publishes port {port} of {node}, and is not running",
    ),
    why="Nothing answers at its name, its addresses or its published ports.",
    fix=(
        line("ss -tulnp sport = :{held}", words="free the port,", note="{holder} holds it"),
        line("{program} start {start}", words="then"),
        line("{program} logs --tail 20 {looped}"),
        line("{program} unpause {frozen}"),
        line("{program} start {idle}"),
    ),
    no_lab="a lab has namespaces, and no engine that would start programs in them",
)


def looping(container: str, restarts: int | None, program: str | None, then: str) -> Words:
    """Return the words for a container whose program keeps ending, and where nothing listens for that reason.

    Args:
        container: its name.
        restarts: how often it was started again.
        program: docker, podman or nerdctl, or None if it has no such command line.
        then: what happened to the packet.
    """
    return CAUSE.words(
        tr("{container} keeps exiting, and has restarted {restarts} times", container=container, restarts=restarts),
        tr("{initial}{rest}: its program was not running, or not yet.", initial=then[:1].upper(), rest=then[1:]),
        *((do(program, "logs", container),) if program else ()),
    )


def published(container: str, port: str, at: str, standing: str, program: str | None, *, paused: bool) -> Words:
    """Return the words for a published port whose container does not run.

    Args:
        container: its name.
        port: its port.
        at: the published port, with its node.
        standing: how the container stands, in words.
        program: docker, podman or nerdctl, or None if it has no such command line.
        paused: it is paused.
    """
    again = "unpause" if paused else "start"
    return CAUSE.words(
        tr(
            "{container}, whose port {port} is published as {at}, {standing}",
            container=container,
            port=port,
            at=at,
            standing=standing,
        ),
        tr("No other program has the port."),
        *((do(program, "logs", "--tail", "20", container), do(program, again, container)) if program else ()),
    )
