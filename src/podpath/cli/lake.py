"""``podpath lake``: what a lake of captures holds, and its upkeep."""

import argparse
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from podpath.api.errors import UserError
from podpath.cli.arguments import duration, write
from podpath.cli.endings import tell
from podpath.cli.lakes import opened
from podpath.cli.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from podpath.lake.place import Lake

_FOREVER = 3650 * 86_400.0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "lake",
        help="what a lake of captures holds, and its upkeep",
        description="A lake holds captures of many nodes and clusters as Parquet, in a folder or an object store."
        " podpath collect -o LAKE/ --cluster NAME writes it, podpath check LAKE judges it (docs/fleet.md).",
        epilog="Exit status: 0 done, 2 bad usage, or the lake cannot be read or written.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb, text, run in (
        ("list", "the clusters and days of a lake", _list),
        ("compact", "join the small objects of each day into large ones", _compact),
        ("expire", "remove old captures", _expire),
    ):
        one = verbs.add_parser(verb, help=text, description=f"{text[0].upper()}{text[1:]}.")
        one.add_argument("lake", metavar="LAKE", help="a folder, or s3://, gs://, az://, abfs://")
        if verb == "expire":
            one.add_argument(
                "--older-than", type=duration, required=True, metavar="AGE", help="30d removes what is older than 30 days"
            )
        one.set_defaults(run=_told(run))


def _told(run: "Callable[[Lake, argparse.Namespace], None]") -> "Callable[[argparse.Namespace], int]":
    def told(options: argparse.Namespace) -> int:
        from podpath.lake.place import LakeError

        lake = opened(options.lake)
        try:
            run(lake, options)
        except LakeError as error:
            raise UserError(str(error)) from None
        finally:
            lake.close()
        return 0

    return told


def _list(lake: "Lake", _: argparse.Namespace) -> None:
    from podpath.lake.inventory import Moment, clusters
    from podpath.lake.upkeep import held
    from podpath.state.visible import visible

    lines = []
    for cluster in clusters(lake, Moment(time.time(), _FOREVER)):
        lines += [f"{visible(cluster)}  {day}  {count} captures" for day, count in sorted(held(lake, cluster).items())]
    write("".join(f"{line}\n" for line in lines) or "no captures\n")


def _compact(lake: "Lake", _: argparse.Namespace) -> None:
    from podpath.lake.inventory import Moment
    from podpath.lake.upkeep import compact

    with Progress() as progress:
        for done in compact(lake, Moment(time.time(), _FOREVER), progress.step):
            if done.before != done.after:
                tell(f"{done.cluster} {done.day}: {done.nodes} nodes, {done.before} objects are {done.after} now")
            for trouble in done.troubles:
                tell(f"{done.cluster} {done.day}: {trouble.node}: {trouble.text}")


def _expire(lake: "Lake", options: argparse.Namespace) -> None:
    from podpath.lake.upkeep import expire

    before = datetime.now(UTC).date() - timedelta(seconds=options.older_than)
    tell(f"{expire(lake, before)} objects from before {before} removed")
