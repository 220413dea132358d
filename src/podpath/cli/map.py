"""``podpath map``: a picture of the devices and their connections, and what is wrong with them."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.arguments import add_mode, add_snapshots, write, write_file
from podpath.cli.progress import Progress
from podpath.language import tr

if TYPE_CHECKING:
    from podpath.picture.model import Map

_KNOWN: Final = 8
_LOADED: Final = ("podpath.checks.engine.run", "podpath.picture.graph", "podpath.picture.svg")
SUFFIXES: Final = {
    ".svg": "svg", ".html": "html", ".png": "png", ".dot": "dot", ".gv": "dot", ".mermaid": "mermaid", ".mmd": "mermaid",
    ".json": "json",
}  # fmt: skip


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "map",
        help="a picture: nodes, containers, cables, bridges, tunnels, and what is wrong with them",
        description="Draws nodes with their containers and pods, veth pairs, bridges and routes, and the tunnels and networks"
        " between nodes. Each finding of `podpath check` is drawn on the object that it blames.",
    )
    add_snapshots(parser)
    add_output(parser)
    parser.add_argument(
        "--open", action="append", default=[], dest="opened", metavar="NODE[/BRIDGE]",
        help="open a folded node, or the containers of a bridge; may be repeated; all: everything",
    )  # fmt: skip
    parser.set_defaults(run=run)


def write_picture(drawn: str | bytes, output: str | None, mode: int | None = None) -> None:
    """Write a picture to a file, or to standard output.

    Raises:
        UserError: the file cannot be written, or the picture is none for a terminal.
    """
    if isinstance(drawn, str):
        write(drawn, output, mode)
        return
    if output in {None, "-"}:
        if sys.stdout.isatty():
            raise UserError(tr("a PNG cannot be printed to a terminal: use -o FILE.png"))
        sys.stdout.buffer.write(drawn)
        return
    write_file(drawn, output or "", mode)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where a picture goes to, and its form."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=(f"the picture; its suffix selects the form ({', '.join(SUFFIXES)})")
    )
    parser.add_argument(
        "--format", choices=tuple(dict.fromkeys(SUFFIXES.values())), help=("form, if the suffix does not select it")
    )
    add_mode(parser)


def run(options: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    form = form_of(options.output, options.format)
    from podpath.cli.snapshots import open_asked

    with (
        Progress() as progress,
        open_asked(options, progress, load=_LOADED) as store,
    ):
        from podpath.checks.engine.run import run_checks
        from podpath.picture.graph import map_of
        from podpath.picture.layout_engine import LayoutError
        from podpath.picture.png import PngError

        report = run_checks(store, (), lambda name: progress.step(f"checking {name}"))
        progress.step("drawing")
        graph = map_of(store, report)
        check_opened(graph, options.opened)
        try:
            drawn = rendered(graph, form, [name for name in options.opened if name != "all"], everything="all" in options.opened)
        except (LayoutError, PngError) as error:
            raise UserError(str(error)) from None
    write_picture(drawn, options.output, options.mode)
    return 0


def form_of(output: str | None, form: str | None) -> str:
    """Return the form of a picture.

    Raises:
        UserError: neither the file's suffix nor ``--format`` says it.
    """
    suffix = Path(output).suffix.lower() if output else ""
    found = form or SUFFIXES.get(suffix)
    if found is None:
        known = ", ".join(f"FILE{one}" for one in SUFFIXES)
        raise UserError(tr("the form of the picture is not given: use -o with one of {known}, or --format", known=known))
    return found


def check_opened(graph: "Map", opened: list[str]) -> None:
    """Make sure that what is to be opened is there.

    Raises:
        UserError: a name is none of a node, nor of a bridge.
    """
    nodes = {node.name: node for node in graph.nodes}
    for name in opened:
        node, _, inner = name.partition("/")
        if name == "all" or name in nodes:
            continue
        networks = {item.name for item in nodes[node].host.interfaces} | {"routed"} if node in nodes else set()
        if inner not in networks:
            known = ", ".join(list(nodes)[:_KNOWN])
            raise UserError(
                tr(
                    "--open {name}: there is no such node or network; nodes are {known}{rest}",
                    name=name,
                    known=known,
                    rest=" …" if len(nodes) > _KNOWN else "",
                )
            )


def rendered(graph: "Map", form: str, opened: list[str], *, everything: bool) -> str | bytes:
    """Return a map in a form.

    Raises:
        LayoutError: it cannot be laid out.
        PngError: no PNG can be made of it.
    """
    # Each form is a command's whole time where the snapshot is small: only the one that is asked for is imported.
    if form == "json":
        from podpath.picture import json_form

        return json_form.render(graph)
    if form == "html":
        from podpath.picture import html

        return html.render_map(graph, opened, everything=everything)
    if form in {"dot", "mermaid"}:
        from podpath.picture import dot, mermaid

        return (
            dot.render(graph, opened, everything=everything)
            if form == "dot"
            else mermaid.render(graph, opened, everything=everything)
        )
    from podpath.picture import png, svg

    drawing = svg.render(graph, opened, everything=everything, dark=form != "png")
    return png.render(drawing) if form == "png" else drawing
