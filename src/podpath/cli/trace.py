"""``podpath trace``: the path of a packet there and back, with the verdict and the cause."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.api.questions import ASSUMPTIONS, AskedPacket, asked, several, told, traced, world
from podpath.cli.arguments import add_as_of, add_color, add_mode, add_snapshots, speaks_unicode, wants_color, width, write
from podpath.cli.map import write_picture
from podpath.cli.probe import add_options, check_options, proven
from podpath.cli.progress import Progress
from podpath.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from podpath.report.terminal import Line
    from podpath.snapshot.store import Store
    from podpath.state.live import Live
    from podpath.state.trace import Several, Trace, Verdict
    from podpath.walk.cluster import Cluster

_PICTURES: Final = ("svg", "html", "png")
_UNKNOWN: Final = 3
_LARGEST: Final = 65535


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "trace",
        help="the path there and back, with the verdict and the cause",
        description="Follows one packet hop by hop through the state of the kernels, as Linux would, and its reply back.",
        epilog="SRC and DST: a container, pod or namespace by name, NAMESPACE/POD, node:NAME, netns:NAME, an address;\n"
        "SRC may be a host that was not captured, too: its address, or outside:ADDRESS, reached through a node's uplink;\n"
        "DST may be a service, too: svc/NAME:PORT or svc/NAMESPACE/NAME:PORT, the port by number or name.\n"
        "deploy/NAME, NAMESPACE/deploy/NAME (ds, sts, rs, job, cronjob) and a headless service mean all of their pods:\n"
        "those that differ are listed apart, and the worst decides the exit status. Also node/NAME, pod/NAME, and db-0.db,\n"
        "the name of a StatefulSet's pod below its service.\n"
        "A port may stand behind any DST: web/a:80, [fd00::1]:53/udp.\n"
        "Exit status: 0 delivered both ways (with --to-edge: or left the captured nodes), 1 not delivered, 2 bad usage or"
        " unreadable input, 3 unknown.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", metavar="SRC", help="source")
    parser.add_argument("destination", metavar="DST", help="destination")
    add_snapshots(parser)
    add_as_of(parser)
    parser.add_argument(
        "--all-pairs",
        action="store_true",
        help="SRC and DST are sets: pods, nodes, containers, namespaces, or names separated by commas",
    )
    parser.add_argument("--sample", type=int, metavar="N", help="with --all-pairs: trace N random pairs")
    parser.add_argument("--proto", choices=("icmp", "tcp", "udp", "sctp"), help="protocol (default: tcp with --port, else icmp)")
    parser.add_argument("--port", type=_port, metavar="N", help="destination port")
    parser.add_argument("--source-port", type=_port, metavar="N", help="source port (default: 40000)")
    parser.add_argument("--size", type=_size, metavar="N", help="size of the whole packet in bytes")
    parser.add_argument("--dont-fragment", action="store_true", help="the packet must not be fragmented")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("-4", action="store_const", const=4, dest="family", help="IPv4 only")
    group.add_argument("-6", action="store_const", const=6, dest="family", help="IPv6 only")
    parser.add_argument(
        "--assume",
        action="append",
        default=[],
        choices=ASSUMPTIONS,
        help=("assume that this is true if the snapshot does not show it"),
    )
    parser.add_argument(
        "--what-if",
        action="append",
        default=[],
        metavar="COMMAND",
        help="an ip, bridge or sysctl command to try on a copy first ('ip route add …', on a node: 'n1: ip …')",
    )
    parser.add_argument(
        "--what-to-run", action="store_true", help="print only the commands to run on each node to resolve what is unknown"
    )
    parser.add_argument(
        "--to-edge", action="store_true", help=("count a packet that leaves the captured nodes correctly as success")
    )
    parser.add_argument("--explain", action="store_true", help="explain each step in one sentence")
    parser.add_argument("--evidence", action="store_true", help="show the entry that decided each step")
    parser.add_argument("--format", choices=("text", "json", *_PICTURES), help="form of the output (default: text)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="a picture of the path (.svg, .html, .png), or the result (.json, .txt)"
    )
    add_options(parser)
    add_mode(parser)
    add_color(parser)
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    if not text.isdecimal():
        import socket

        try:
            return socket.getservbyname(text)
        except (OSError, UnicodeError):
            raise argparse.ArgumentTypeError(tr("{text} is neither a port nor a service of /etc/services", text=text)) from None
    if not 0 < int(text) <= _LARGEST:
        raise argparse.ArgumentTypeError(tr("{text} is not a port: use 1 to {largest}", text=text, largest=_LARGEST))
    return int(text)


def _size(text: str) -> int:
    if not text.isdecimal() or not 28 <= int(text) <= _LARGEST:  # noqa: PLR2004 - an IP and a UDP header
        raise argparse.ArgumentTypeError(
            tr("{text} is not a packet size: use 28 to {largest} bytes", text=text, largest=_LARGEST)
        )
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from podpath.cli.snapshots import open_asked

    check_options(options)
    options.format = _form(options)
    if options.what_to_run and (options.all_pairs or options.format != "text"):
        raise UserError(tr("--what-to-run prints text for one pair: omit --all-pairs, --format and the picture's file"))
    with (
        Progress() as progress,
        open_asked(options, progress) as store,
        told(),
    ):
        cluster = world(store, options.what_if, options.assume)
        if options.all_pairs:
            return _all_pairs(cluster, options)
        if (many := several(cluster, options.source, options.destination, _packet(options))) is not None:
            return _several(many, options)
        trace = _trace(cluster, options)
        if options.live:
            progress.step("sending packets")
            trace = proven(trace, store, options)
            if trace.live is not None and trace.live.disagrees:
                trace = _again(trace, options)
        picture = _picture(store, trace, options.format, progress) if options.format in _PICTURES else None
    if picture is not None:
        write_picture(picture, options.output, options.mode)
    else:
        write(_rendered(trace, options), options.output, options.mode)
    if trace.live is not None:
        return _fared(trace.live, trace.sent.proto if trace.sent is not None else None)
    return 0 if options.to_edge and trace.reaches_edge else _exit_code(trace.verdict)


def _form(options: argparse.Namespace) -> str:
    """Return the form of the output: as asked for, or as the file's suffix says.

    Raises:
        UserError: of all pairs there is no picture, or the suffix is not known.
    """
    suffix = Path(options.output).suffix.lower().removeprefix(".") if options.output not in {None, "-"} else ""
    known = {"": "text", "txt": "text", "json": "json", **{form: form for form in _PICTURES}}
    form: str | None = options.format or known.get(suffix)
    if form is None:
        raise UserError(
            tr("{output}: a path can be written as .svg, .html, .png, .json or .txt; or use --format", output=options.output)
        )
    if options.all_pairs and form in _PICTURES:
        raise UserError(tr("--all-pairs has no picture; trace one of the pairs"))
    return form


def _picture(store: "Store", trace: "Trace", form: str, progress: Progress) -> str | bytes:
    """Return the path as a picture.

    Raises:
        UserError: it cannot be drawn, with what to do about it.
    """
    from podpath.picture import html, path, png
    from podpath.picture.graph import map_of, nodes_with
    from podpath.picture.layout_engine import LayoutError
    from podpath.report.trace import sentence

    progress.step("drawing")
    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    met = {step.node for leg in legs for step in leg.worst.steps}
    graph = map_of(store, nodes=met | nodes_with(store, trace.flow.destination))
    try:
        if form == "html":
            return html.page(sentence(trace), path.render(trace, graph, styled=False))
        drawn = path.render(trace, graph, dark=form == "svg")
        return drawn if form == "svg" else png.render(drawn)
    except (LayoutError, png.PngError) as error:
        raise UserError(str(error)) from None


def _all_pairs(cluster: "Cluster", options: argparse.Namespace) -> int:
    from podpath.report import pairs as report
    from podpath.walk.endpoints import Endpoint
    from podpath.walk.pairs import all_pairs, members

    sources, targets = members(cluster, options.source), members(cluster, options.destination)
    ask = asked(_packet(options), Endpoint(options.source, None), Endpoint(options.destination, None))
    matrix = all_pairs(cluster, sources, targets, ask, options.sample)
    if options.format == "json":
        write(report.as_json(matrix), options.output, options.mode)
    else:
        lines = report.PairTerminal(width(), unicode=speaks_unicode(sys.stdout)).lines(matrix)
        write(_laid_out(lines, options), options.output, options.mode)
    verdicts = matrix.verdicts.values()
    return _exit_code(max(verdicts, key=lambda verdict: verdict.rank)) if verdicts else 0


def _several(found: "Several", options: argparse.Namespace) -> int:
    """Write what is true of several pairs, and return the worst one's exit code."""
    from podpath.report import several as report

    if options.live or options.what_to_run or options.format in _PICTURES:
        asked_for = "--live" if options.live else "--what-to-run" if options.what_to_run else tr("a picture")
        names = ", ".join(dict.fromkeys(name for group in found.groups for pair in group.pairs for name in pair))
        raise UserError(tr("{asked_for} is for one pair of pods: name one of {names}", asked_for=asked_for, names=names))
    if options.format == "json":
        write(report.as_json(found), options.output, options.mode)
    else:
        terminal = report.SeveralTerminal(width(), unicode=speaks_unicode(sys.stdout), evidence=options.evidence)
        write(_laid_out(terminal.lines(found), options), options.output, options.mode)
    edges = [group.trace.reaches_edge for group in found.groups if _exit_code(group.trace.verdict)]
    return 0 if options.to_edge and all(edges) and not found.left_out else _exit_code(found.verdict)


def _trace(cluster: "Cluster", options: argparse.Namespace) -> "Trace":
    return traced(cluster, options.source, options.destination, _packet(options))


def _again(first: "Trace", options: argparse.Namespace) -> "Trace":
    """Capture, predict and send once more: packets teach hosts and bridges, and the state may have changed meanwhile."""
    from podpath.cli.snapshots import open_snapshots
    from podpath.cli.ssh import remote_of

    with Progress() as progress, open_snapshots([], progress, remote_of(options)) as store:
        trace = proven(_trace(world(store, options.what_if, options.assume), options), store, options)
    return first if trace.live is not None and trace.live.disagrees else trace


def _packet(options: argparse.Namespace) -> AskedPacket:
    return AskedPacket(
        options.proto, options.port, options.source_port, options.size, options.dont_fragment, options.explain, options.family
    )


def _rendered(trace: "Trace", options: argparse.Namespace) -> str:
    from podpath.report import trace as report
    from podpath.report.what_to_run import what_to_run
    from podpath.state.visible import visible

    if options.what_to_run:
        lines = what_to_run(trace.unknowns)
        return "".join(f"# on {visible(node)}\n{visible(line)}\n" for node, line in lines.items())
    if options.format == "json":
        return report.as_json(trace)
    terminal = report.TraceTerminal(width(), unicode=speaks_unicode(sys.stdout), evidence=options.evidence)
    return _laid_out(terminal.lines(trace), options)


def _laid_out(lines: "Iterable[Line]", options: argparse.Namespace) -> str:
    from podpath.report.terminal import as_ansi, as_text

    colored = options.output in {None, "-"} and wants_color(options.color, sys.stdout)
    return as_ansi(lines, width()) if colored else as_text(lines)


def _fared(live: "Live", proto: str | None) -> int:
    """Return the exit code of packets that were sent: of a datagram that nobody could see arrive, none knows."""
    from podpath.state.live import Agreement, Fate

    if live.agreement is Agreement.UNSEEN and live.fate is Fate.SILENT and proto == "udp":
        return _UNKNOWN
    return int(live.fate not in {Fate.ANSWERED, Fate.ARRIVED})


def _exit_code(verdict: "Verdict") -> int:
    from podpath.state.trace import Verdict

    if verdict is Verdict.UNKNOWN:
        return _UNKNOWN
    return int(verdict is not Verdict.DELIVERED)
