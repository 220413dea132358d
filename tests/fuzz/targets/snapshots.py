"""A snapshot that a stranger made: our tables with values that no reader writes, opened from its file and judged."""

import atexit
import io
import lzma
import shutil
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path

import duckdb

from podpath.cli.main import main
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.snapshot.absorb import absorb
from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.schema import FRAME, ROWS, columns
from podpath.snapshot.store import Store
from tests.fuzz.target import Target

_SAMPLE = Path(__file__).parents[3] / "samples" / "broken-tunnel"
_TABLES = (*FRAME, *ROWS)
_TEXTS = ("NULL", "''", "chr(27)", "repeat('A', 5000)", "'a' || chr(10) || 'b'", "'10.0.0.1'", "'eth0'", "'host'", "'{}'",
          "'[[[[' ", "'🙂'", "'-A FORWARD -j'", "'table inet t {'", "'0'")  # fmt: skip
_NUMBERS = ("NULL", "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "4294967295", "32", "128", "65536")
_UNSIGNED = ("NULL", "0", "1", "281474976710655", "18446744073709551615", "281470681743361", "167772161")
_VALUES = {"VARCHAR": _TEXTS, "BIGINT": _NUMBERS, "BOOLEAN": ("NULL", "true", "false"), "UHUGEINT": _UNSIGNED,
           "UBIGINT": _UNSIGNED, "DOUBLE": ("NULL", "0", "-1", "'nan'", "'inf'", "1e308")}  # fmt: skip


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="podpath-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Progress() as progress, open_snapshots([str(_SAMPLE)], progress, editable=True, writes=folder) as store:
        store.save(folder / "packed.podpath")
    # What is changed is the database: a packed file whose bits fell over is no snapshot at all.
    (folder / "whole.podpath").write_bytes(lzma.decompress((folder / "packed.podpath").read_bytes()))
    return folder


def _one(data: bytes) -> None:
    """Four bytes are one change: table, column, value, rows. It is refused in a sentence, or traced."""
    path = _folder() / "changed.podpath"
    shutil.copyfile(_folder() / "whole.podpath", path)
    with duckdb.connect(str(path)) as theirs:
        for at in range(0, min(len(data), 48) - 3, 4):
            table, column, value, rows = data[at : at + 4]
            _change(theirs, table, column, value, rows)
    if _opens(path) and sum(data) % 4 == 0:
        # Judgement may meet what no podpath writes; then that is said.
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
            code = main(["trace", "node:n1", "node:n2", str(path)])
        assert code in {0, 1, 2, 3}
        assert "Traceback" not in said.getvalue()


def _opens(path: Path) -> bool:
    """Open it alone and joined: both say the same, or why not."""
    said = []
    for join in (False, True):
        try:
            with Store() if join else Store(path, read_only=True) as store:
                if join:
                    absorb(store, path)
        except SnapshotError as error:
            said.append(str(error))
    return not said


def _change(theirs: duckdb.DuckDBPyConnection, table: int, column: int, value: int, rows: int) -> None:
    name = _TABLES[table % len(_TABLES)]
    shape = columns(name)
    one = shape[column % len(shape)]
    values = _VALUES[one.sql]
    wanted = values[value % len(values)]
    if rows & 1:
        theirs.execute(f'UPDATE "{name}" SET "{one.name}" = {wanted} WHERE rowid % {1 + (rows >> 1) % 7} = 0')
    else:
        picked = ", ".join(wanted if other.name == one.name else f'"{other.name}"' for other in shape)
        theirs.execute(f'INSERT INTO "{name}" SELECT {picked} FROM "{name}" LIMIT {1 + (rows >> 1) % 5}')


TARGET = Target("snapshots", _one, longest=48)
