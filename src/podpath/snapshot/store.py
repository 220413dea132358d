"""The store itself: rows in, tables out.

Rows are spooled as CSV and loaded by DuckDB in bulk: that is the fastest way in
that needs no further library (an insert for each row is a hundred times slower).
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import duckdb

from podpath.readers.secrets import without_secrets
from podpath.snapshot import fetch, leftovers
from podpath.snapshot.layouts import OLDEST, is_today, selected
from podpath.snapshot.lazy_tables import LazyTables
from podpath.snapshot.opening import DAMAGED, SnapshotError, connected, first_line, unpacked
from podpath.snapshot.packed import FEW_ROWS, SMALL_BLOCKS, STORAGE_VERSION, settle_packed
from podpath.snapshot.schema import FRAME, ROWS, VERSION, Netns, Node, SourceRow, columns
from podpath.snapshot.spools import Spools
from podpath.snapshot.sql_text import bound, catalog_name, quoted, to_text
from podpath.snapshot.stranger import MOST_NODES, own_functions, trouble, version_of
from podpath.snapshot.umask import private_files
from podpath.snapshot.whole_file import MODE, beside, discard, place_of
from podpath.state.address import Ip
from podpath.state.evidence import Degree, SetAside, Unread

_HANDFUL: Final = 20_000
"""Number of rows up to which a query is one thread's work."""
_WORTHWHILE: Final = frozenset(("filter_pushdown", "join_order", "deliminator"))
"""Optimizers without which a join of even a few tables would be all their combinations."""


class Result(NamedTuple):
    """The answer to a query, addresses as text.

    Attributes:
        names: names of the columns.
        rows: the rows.
    """

    names: list[str]
    rows: list[tuple[Any, ...]]


class Store:
    """A snapshot, in memory or in a file.

    Args:
        path: the file; none keeps it in memory.
        read_only: open an existing file, and change nothing.
        most_nodes: nodes that an existing file may have.
        small: a new file will hold few rows: those of one node.

    Raises:
        SnapshotError: the file is no snapshot of this version.
    """

    def __init__(
        self, path: Path | None = None, *, read_only: bool = False, most_nodes: int = MOST_NODES, small: bool = False
    ) -> None:
        self.path = path
        self.read_only = read_only
        self._writes: set[Path] = set()
        self._locked = False
        self._folder = leftovers.temporary()
        self._spools = Spools(self._folder)
        self._nodes: dict[str, int] = {}
        self._captured: dict[str, int | None] = {}
        self._made = 0
        self._netns: dict[tuple[int, str, str], int] = {}
        self._frame: dict[str, list[NamedTuple]] = {"node": [], "netns": [], "source": [], "unread": [], "set_aside": []}
        self._sources = 0
        self._flushed_nodes = 0
        try:
            database = unpacked(path, self._folder) if read_only and path is not None else path
        except SnapshotError:
            leftovers.remove(self._folder)
            raise
        try:
            opened = connected(database, read_only=read_only, small=small)
            self.connection = LazyTables(opened)
            # DuckDB would draw a bar on standard output, which is for results alone; and whatever a query names, no
            # extension is fetched for it.
            self.connection.execute(
                "SET enable_progress_bar = false; SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"
            )
            if read_only:
                # A file from elsewhere is hostile input: whatever it defines can reach nothing outside itself.
                ((catalog,),) = self.raw("SELECT current_database()")
                # As long as the file is not on the search path, no function of its can be in the place of DuckDB's.
                self._make_folder()
                spill = f"SET temp_directory = {quoted(str(self._folder))}"
                self.connection.execute(f"{spill}; SET enable_external_access = false; SET search_path = 'temp'")
                self._refuse_strangers(catalog, path, most_nodes)
                version = version_of(self.raw, catalog)
                if is_today(version):
                    self.connection.execute(f"USE {catalog_name(catalog)}; {own_functions()}")
                else:
                    self._upgrade(database, path, most_nodes)
                self.tune()
                self.lock()
            else:
                self.connection = LazyTables.of_new(opened)
                if path is not None:
                    self.connection.complete()
        except SnapshotError:
            self.close()
            raise
        except DAMAGED as error:
            leftovers.remove(self._folder)
            raise SnapshotError(f"{path}: not a podpath snapshot, or damaged ({first_line(error)})") from None

    def _make_folder(self) -> None:
        """Make the folder into which DuckDB may spill, so that it is locked; where there can be none, nothing is spilled."""
        with suppress(OSError):
            leftovers.make(self._folder)

    def _upgrade(self, database: Path | None, path: Path | None, most_nodes: int) -> None:
        """Read a file of an older layout into memory, as today's."""
        self.connection.close()
        self.connection = LazyTables.of_new(connected(None, read_only=False))
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute(f"ATTACH {quoted(str(database))} AS other (READ_ONLY)")
        self.path, self.read_only = None, False
        try:
            self._refuse_strangers("other", path, most_nodes)
            version, filled = version_of(self.raw, "other"), self.sizes("other")
            for table in (*FRAME, *(name for name in ROWS if name in filled)):
                if (picked := selected(table, version, "other")) is not None:
                    self.connection.execute(f'INSERT INTO "{table}" SELECT {picked} FROM other.main."{table}" o')
        finally:
            self.connection.execute("DETACH other")

    def tune(self) -> None:
        """Prepare for queries of what the store holds by now; :meth:`lock` makes it final.

        Of a few thousand rows, threads take longer to start and to wait for each other than the rows take, and most of what
        an optimizer can save is less than it takes to look for it.
        """
        if sum(self.sizes().values()) > _HANDFUL:
            return
        self.connection.execute("SET threads = 1")
        dear = [name for (name,) in self.raw("SELECT name FROM duckdb_optimizers()") if name not in _WORTHWHILE]
        self.connection.execute(f"SET disabled_optimizers = {quoted(','.join(dear))}")

    def lock(self, *folders: Path) -> None:
        """Let no query reach anything outside, or change what queries may do, from now on.

        Args:
            folders: folders in which snapshots will be written all the same.
        """
        if self._locked:
            return
        self._locked = True
        self._make_folder()
        self._writes = {folder.absolute() for folder in folders}
        names = ", ".join(quoted(str(folder.absolute())) for folder in (self._folder, *folders))
        reached = f"SET allowed_directories = [{names}]; SET temp_directory = {quoted(str(self._folder))};"
        if not self.read_only:
            self.connection.execute(f"{reached} SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def _refuse_strangers(self, catalog: str, path: Path | None, most_nodes: int, oldest: int = OLDEST) -> None:
        if (problem := trouble(self.raw, catalog, most_nodes, oldest)) is not None:
            raise SnapshotError(f"{path}: {problem}")

    @classmethod
    def open_for_writing(cls, path: Path) -> Self:
        """Open a snapshot to change it by SQL, as tests and generators do.

        Raises:
            SnapshotError: the file is no snapshot of this version.
        """
        store = cls()
        store.connection.close()
        store.path = path
        store.connection = LazyTables(duckdb.connect(str(path)))
        store.connection.execute("SET enable_progress_bar = false")
        try:
            store._refuse_strangers(store.raw("SELECT current_database()")[0][0], path, MOST_NODES, VERSION)
        except SnapshotError:
            store.close()
            raise
        return store

    def beside(self) -> Self:
        """Return another reader of the same tables, for a thread of its own; temporary tables are each one's own.

        What was added must be flushed; the reader is to be closed before this store is.
        """
        reader = copy(self)
        reader.connection = self.connection.cursor()
        if self.path is not None and self._locked:
            reader.connection.execute(own_functions())
        if not self._locked:
            reader.connection.execute("SET enable_progress_bar = false")
        reader._folder = leftovers.temporary()  # noqa: SLF001 - of our own class
        reader._spools = Spools(reader._folder)  # noqa: SLF001 - as above
        return reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and drop what was not loaded."""
        self._spools.close()
        leftovers.remove(self._folder)
        self.connection.close()

    # -- in ------------------------------------------------------------------------------------------

    def node(self, name: str, address: Ip | None = None, key: str = "") -> int:
        """Return the number of a node, made on first mention.

        Args:
            name: its name.
            address: underlay address that is stated for it.
            key: what it was called before it got this name.
        """
        number = self._nodes.get(name) or self._nodes.get(key)
        if number is None:
            # Names are not counted: a node whose name became better has two.
            number = self._made = self._made + 1
            self._frame["node"].append(Node(number, name, address))
        self._nodes[name] = number
        return number

    def captured(self, name: str) -> int | None:
        """Return the number of the only node that a snapshot calls so, or None if there is no such."""
        return self._captured.get(name)

    def describe(self, name: str, address: Ip | None, hosts: Iterable[str], key: str = "") -> None:
        """Complete what is known of a node, where it has any rows; ``key`` is what it was called at first."""
        number = self._nodes.get(name) or self._nodes.get(key)
        if number is None:
            return
        self._nodes[name] = number
        at, frame = number - 1 - self._flushed_nodes, self._frame["node"]
        row = frame[at] if at >= 0 else self._stored_node(number)
        if not isinstance(row, Node):
            return
        known = {*(row.hosts or "").split(","), *hosts} - {""}
        made = Node(number, name, row.address or address, ",".join(sorted(known)) or None)
        if at >= 0:
            frame[at] = made
        else:
            values = [name, None if made.address is None else str(int(made.address)), made.hosts, number]
            self.connection.execute('UPDATE node SET name = ?, "address" = ?::UHUGEINT, hosts = ? WHERE node = ?', values)

    def _stored_node(self, number: int) -> Node | None:
        """Return a node that was flushed, or None if somebody has taken it out."""
        rows = self.raw('SELECT node, name, "address", hosts FROM node WHERE node = ?', [number])
        return Node(number, rows[0][1], None if rows[0][2] is None else Ip(rows[0][2]), rows[0][3]) if rows else None

    def forget(self, name: str) -> None:
        """Take out a node with all that is known of it, to be asked again."""
        self.flush()
        number = self._nodes.pop(name, None)
        if number is None:
            return
        gone = "ns IN (SELECT ns FROM netns WHERE node = $1)"
        for table in (*ROWS, "conflict", "source", "netns"):
            self.connection.execute(f'DELETE FROM "{table}" WHERE {gone}', [number])
        self.connection.execute("DELETE FROM node WHERE node = $1", [number])
        self._netns = {(-ns, "", "") if key[0] == number else key: ns for key, ns in self._netns.items()}

    def netns(self, node: int, kind: str = "host", name: str = "", inferred: str | None = None, inode: int | None = None) -> int:
        """Return the number of a namespace, made on first mention."""
        key = (node, kind, name)
        number = self._netns.get(key)
        if number is None:
            number = self._netns[key] = len(self._netns) + 1
            self._frame["netns"].append(Netns(number, node, kind, name or None, inferred, inode))
        return number

    def source(
        self, ns: int, file: str, command: str, *, typed: bool, first: int, text: str | None, place: Degree = Degree.SURE
    ) -> int:
        """Note one command's output and return its number."""
        self._sources += 1
        form = "json" if text is None else "text"
        # What is stored may be sent to others: no key and no password comes in.
        kept = None if text is None else without_secrets(text)
        row = SourceRow(self._sources, ns, file, without_secrets(command), typed, first, form, kept, place)
        self._frame["source"].append(row)
        return self._sources

    @property
    def latest(self) -> int:
        """Number of the last output."""
        return self._sources

    def settle(self, sources: Iterable[int]) -> None:
        """Note that the place of some outputs is stated after all."""
        self.flush()
        asked = "UPDATE source SET place = ? WHERE source IN (SELECT unnest(?::BIGINT[]))"
        self.connection.execute(asked, [Degree.STATED, list(sources)])

    def unread(self, row: Unread) -> None:
        """Note lines that could not be read."""
        self._frame["unread"].append(row._replace(reason=without_secrets(row.reason), text=without_secrets(row.text)))

    def set_aside(self, row: SetAside) -> None:
        """Note an output that does not count as it stands."""
        self._frame["set_aside"].append(row)

    def add(self, ns: int, source: int, items: Iterable[tuple[int, NamedTuple]]) -> None:
        """Add rows of any tables, each with its line."""
        self._spools.add(self.connection, ns, source, items)

    def flush(self) -> None:
        """Load everything that was added."""
        self._flushed_nodes = self._made
        self._spools.load(self.connection)
        for table, rows in self._frame.items():
            if rows:
                kinds = [c.sql for c in columns(table)]
                values = [bound(kind, column) for kind, column in zip(kinds, zip(*rows, strict=True), strict=True)]
                picked = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
                self.connection.execute(f'INSERT INTO "{table}" SELECT {picked}', values)
                rows.clear()
        self._spools.tell_refused(self.connection)

    @contextmanager
    def attached(self, path: Path, most_nodes: int = MOST_NODES) -> Iterator[None]:
        """Show another snapshot file as the database ``other``, as long as the block lasts.

        Args:
            path: the file.
            most_nodes: nodes that it may have.

        Raises:
            SnapshotError: the file is no snapshot of this version.
        """
        self.flush()
        database = unpacked(path, self._folder)
        try:
            self.connection.execute(f"ATTACH {quoted(str(database))} AS other (READ_ONLY)")
        except DAMAGED as error:
            raise SnapshotError(f"{path}: not a podpath snapshot, or damaged ({first_line(error)})") from None
        try:
            # What was attached is what is looked at: the file may be another one by now.
            self._refuse_strangers("other", path, most_nodes)
            yield
        except DAMAGED as error:
            raise SnapshotError(f"{path}: cannot be read ({first_line(error)})") from None
        finally:
            self.connection.execute("DETACH other")
            if database != path:
                database.unlink()

    def reserve(self, count: int) -> int:
        """Keep the numbers of some outputs free, and return the one before the first."""
        before, self._sources = self._sources, self._sources + count
        return before

    def call(self, name: str, number: int) -> None:
        """Note what another snapshot calls a node; of two machines of one name nothing tells which of them a text is of."""
        self._captured[name] = number if self._captured.get(name, number) == number else None

    # -- out -----------------------------------------------------------------------------------------

    def query(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Result:
        """Run a query; addresses come as text.

        Raises:
            duckdb.Error: the query is wrong.
        """
        cursor = self.connection.execute(sql, values or None)
        names = [str(column[0]) for column in cursor.description or []]
        types = [str(column[1]) for column in cursor.description or []]
        return Result(names, [to_text(types, row) for row in cursor.fetchall()])

    def raw(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query of our own, with values by place (`?`) or by name (`$name`); addresses stay numbers."""
        return self.connection.execute(sql, values or None).fetchall()

    def row(self, table: str, rowid: int) -> fetch.Fetched:
        """Return one row.

        Raises:
            KeyError: there is no such row.
        """
        for found in self.rows(table, [rowid]):
            return found
        raise KeyError(rowid)

    def rows(self, table: str, rowids: Sequence[int]) -> Iterator[fetch.Fetched]:
        """Yield some rows by their numbers."""
        asked = f"{fetch.select(table)} WHERE rowid IN (SELECT unnest(?::BIGINT[]))"
        return fetch.rows(table, self.raw(asked, [list(rowids)]))

    def tables(self) -> Iterator[tuple[str, int]]:
        """Yield each table's name and number of rows."""
        held = self.sizes()
        for table in (*FRAME, *ROWS):
            yield table, self.raw(f'SELECT count(*) FROM "{table}"')[0][0] if table in held else 0

    def sizes(self, catalog: str | None = None) -> dict[str, int]:
        """Return how many rows each table holds that holds any, deleted ones included; one question, where counts are eighty.

        Args:
            catalog: the only database whose tables are meant.
        """
        asked = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE estimated_size > 0"
        return dict(self.raw(asked) if catalog is None else self.raw(f"{asked} AND database_name = ?", [catalog]))

    def finish(self, path: Path, mode: int | None = None) -> None:
        """Give a store that was written beside a file the file's name; the store is closed then.

        Args:
            path: the file, whose :func:`~podpath.snapshot.whole_file.beside` this store is.
            mode: who may read and write it; none means its owner alone.

        Raises:
            OSError: the file cannot be renamed.
            SnapshotError: the database cannot be written.
        """
        assert self.path is not None  # noqa: S101 - it was written beside the file
        try:
            self.flush()
            self.connection.execute("CHECKPOINT")
            self.close()
            settle_packed(self.path, path, MODE if mode is None else mode)
        except duckdb.Error as error:
            raise SnapshotError(f"{path}: cannot be written ({first_line(error)})") from None
        finally:
            discard(self.path)

    def save(self, path: Path, mode: int | None = None) -> None:
        """Write the snapshot to a file; a file half-written is never left behind.

        Args:
            path: the file.
            mode: who may read and write it; none means its owner alone.

        Raises:
            OSError: the file cannot be written.
            SnapshotError: the database cannot be written.
        """
        target = place_of(path)
        # Where no query may write beside the file, the database is made in our own folder first.
        near = target.parent.absolute() in self._writes or not self._locked
        database = beside(target) if near else leftovers.make(self._folder) / f"{secrets.token_hex(8)}.duckdb"
        form = f"STORAGE_VERSION '{STORAGE_VERSION}'" + (
            f", BLOCK_SIZE {SMALL_BLOCKS}" if sum(self.sizes().values()) <= FEW_ROWS else ""
        )
        try:
            with private_files():
                self.connection.complete()
                self.connection.execute(f"ATTACH {quoted(str(database))} AS saved (READ_WRITE, {form})")
                try:
                    name = self.connection.execute("SELECT current_database()").fetchone()
                    self.connection.execute(f'COPY FROM DATABASE "{name[0] if name else "memory"}" TO saved')
                finally:
                    self.connection.execute("DETACH saved")
                settle_packed(database, target, MODE if mode is None else mode)
        except duckdb.Error as error:
            raise SnapshotError(f"{path}: cannot be written ({first_line(error)})") from None
        finally:
            discard(database)
