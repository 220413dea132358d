"""What the checks found, as Parquet in the lake: a table like any other, so that findings of many days can be asked for by SQL."""

import time

import duckdb

from podpath.lake.layout import JOINED, RESULT, ObjectName, folder_of, parse_name
from podpath.lake.place import Lake
from podpath.lake.push import push_name
from podpath.snapshot import leftovers
from podpath.snapshot.sql_text import quoted
from podpath.state.fleet import ClusterResult

_COLUMNS = ("node_name", "check", "severity", "confidence", "netns", "summary", "why")


def write_results(lake: Lake, result: ClusterResult, day: str) -> None:
    """Write what was found in a cluster in the place of what was found there before on that day.

    Args:
        lake: the lake.
        result: a cluster, judged.
        day: the day that was judged, as ISO 8601 writes it.

    Raises:
        LakeError: the lake cannot be written.
    """
    if result.report is None:
        return
    now = time.time()
    rows = [
        (one.node, one.check, one.severity, one.confidence, one.netns, one.headline, one.why) for one in result.report.findings
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_COLUMNS)
    with leftovers.folder() as folder, duckdb.connect() as connection:
        file = folder / "result.parquet"
        picked = ", ".join(f'unnest(${name}::VARCHAR[]) AS "{name}"' for name in _COLUMNS)
        values = {name: [str(value) for value in column] for name, column in zip(_COLUMNS, columns, strict=True)}
        connection.execute(
            f"COPY (SELECT {picked}, $judged::DOUBLE AS judged) TO {quoted(str(file))} (FORMAT parquet, COMPRESSION zstd)",
            {**values, "judged": now},
        )
        name = ObjectName(RESULT, result.cluster, day, JOINED, push_name(now, [(RESULT, "", file)]))
        earlier = [parse_name(item.name) for item in lake.objects(f"{RESULT}/{folder_of(result.cluster, day, JOINED)}/")]
        lake.put(name.text, file)
        lake.delete(one.text for one in earlier if one is not None and one != name)
