"""``podpath collect -o LAKE/``: nodes into a lake of captures."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.endings import tell
from podpath.cli.fleet import size_text
from podpath.cli.lakes import opened
from podpath.cli.progress import Progress
from podpath.language import tr
from podpath.state.visible import visible

if TYPE_CHECKING:
    from podpath.cli.ssh import Remote
    from podpath.lake.push import Pushed

_INCOMPLETE: Final = 3


def is_lake_output(output: str | None) -> bool:
    """Say whether the argument of ``-o`` names a lake: a directory, with a slash at its end, or an object store."""
    from podpath.lake.place import is_url

    return output is not None and (output.endswith("/") or is_url(output))


def into_lake(options: argparse.Namespace, remote: "Remote | None") -> int:
    """Write what the options name into a lake; return the exit code.

    Raises:
        UserError: nothing can be read, or the lake cannot be written.
    """
    if not options.cluster:
        raise UserError(tr("a lake holds nodes by cluster: give its name with --cluster NAME"))
    from podpath.cli.snapshots import open_snapshots
    from podpath.lake.place import LakeError
    from podpath.lake.push import push
    from podpath.snapshot import leftovers

    lake = opened(options.output)
    with leftovers.folder() as folder, Progress() as progress:
        store = open_snapshots(
            options.snapshots,
            progress,
            remote,
            editable=True,
            most_nodes=options.max_nodes,
            writes=folder,
            load=("podpath.lake.push",),
        )
        with store:
            if options.redact:
                from podpath.snapshot.redaction.redact import redact

                redact(store)
            progress.step("writing")
            try:
                done = push(store, lake, options.cluster, folder)
            except LakeError as error:
                raise UserError(str(error)) from None
            missing = store.raw("SELECT what, command FROM missing ORDER BY ALL")
            incomplete = bool(store.raw("SELECT 1 FROM capture WHERE problem IS NOT NULL LIMIT 1"))
    for one in done:
        tell(_sentence(options.output, one))
    for text, command in missing:
        tell(tr("not read: {text}; try: {command}", text=text, command=command))
    return _INCOMPLETE if incomplete else 0


def _sentence(lake: str, one: "Pushed") -> str:
    who = f"node {one.nodes[0]}" if len(one.nodes) == 1 else f"{len(one.nodes)} nodes"
    when = datetime.strptime(one.name.push.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    what = f"{one.objects} objects, {size_text(one.size)}" if one.new else tr("there already")
    return visible(
        tr(
            "{lake}: {who} of cluster {cluster} at {when:%Y-%m-%d %H:%M:%S} UTC: {what}",
            lake=lake,
            who=who,
            cluster=one.name.cluster,
            when=when,
            what=what,
        )
    )
