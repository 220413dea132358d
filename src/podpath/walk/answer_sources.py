"""The address that an answer comes from: of UDP not always the one that was asked (udp_sendmsg in net/ipv4/udp.c)."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, NamedTuple

from podpath.causes.services import answer_from_stranger
from podpath.language import tr
from podpath.state.address import Ip, ip_text
from podpath.state.host import Socket
from podpath.walk.diagnosis.relays import DOCKER, program_of
from podpath.walk.events import WHOLE, Diagnosis, Gap, Outcome, Path, Walk, gap_of
from podpath.walk.host.routes import choose_sources
from podpath.walk.host.sockets import is_any
from podpath.walk.namespace import Entry
from podpath.walk.packet import Packet

_ASSUMED: Final = "asked-address"


class AnswerSource(NamedTuple):
    """An address that an answer may come from.

    Attributes:
        address: the address.
        share: its probability.
        gaps: what is left open about it.
        preferred: the socket whose answer the kernel gave an address that was not asked; none otherwise.
    """

    address: Ip
    share: Fraction = WHOLE
    gaps: tuple[Gap, ...] = ()
    preferred: Entry[Any] | None = None

    def named(self, back: Path, asked: Ip) -> Path:
        """Return the path of a reply, whose cause names the socket if its source is not known."""
        cause = back.end.cause
        if self.preferred is None or not isinstance(cause, Diagnosis) or cause.name != answer_from_stranger.CAUSE.name:
            return back
        row, ns = self.preferred.row, back.steps[0].ns if back.steps else back.end.ns
        words = answer_from_stranger.of_socket(
            cause.summary, ip_text(self.address), ip_text(asked), row.local_port, proxy=program_of(row) == DOCKER
        )
        return back._replace(end=replace(back.end, cause=Diagnosis(words, ns, (self.preferred,))))


def answer_sources(walk: Walk, end: Outcome, answer: Packet) -> Iterator[AnswerSource]:
    """Yield the addresses that the answer to a packet may come from.

    A UDP socket that is bound to all addresses answers from the one that the route back prefers (ip_route_output_key), unless its
    program asks for the address that was asked (IP_PKTINFO), which docker-proxy does not.

    Args:
        walk: the walk.
        end: where the packet arrived.
        answer: the answer, from the address that was asked.
    """
    held = next((held for held in end.rows if isinstance(held.row, Socket)), None)
    if answer.proto != "udp" or held is None or not is_any(held.row.local):
        yield AnswerSource(answer.src)
        return
    for src, share in choose_sources(walk, end.ns, replace(answer, src=Ip(0))) or [(answer.src, WHOLE)]:
        if src == answer.src:
            yield AnswerSource(src, share)
        elif program_of(held.row) == DOCKER:
            yield AnswerSource(src, share, preferred=held)
        else:
            asked = tr(
                "{asked}, to which the request went (IP_PKTINFO), or {preferred}, which the route back prefers",
                asked=ip_text(answer.src),
                preferred=ip_text(src),
            )
            missing = tr("from which address the program on UDP port {sport} replies: {asked}", sport=answer.sport, asked=asked)
            command = f"tcpdump -c 2 -ni any udp port {answer.sport}"
            gap = gap_of(end.ns, walk.cluster, missing, command, _ASSUMED, diverts=True)
            yield AnswerSource(answer.src if _ASSUMED in walk.cluster.assumed else src, share, (gap,), held)
