"""Pasted text into the store: sections to rows, with the place and the line of each."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import orjson

from podpath.readers.interface import Bad, Item
from podpath.readers.pasted_text import rules_without_remarks, without_remarks
from podpath.readers.place import Place
from podpath.readers.recipe import without_recipes
from podpath.readers.registry import readers
from podpath.readers.section import Section
from podpath.readers.transcript import Transcript
from podpath.readers.whereabouts import NodeRef
from podpath.snapshot.store import Store
from podpath.state.address import Ip
from podpath.state.evidence import Complete, Degree, Unread

_RULES: Final = "iptables-save"
_HOST: Final = Place().kind


class Loaded(NamedTuple):
    """What one text gave.

    Attributes:
        sections: outputs that were recognised.
        rows: rows read from them.
        unread: places that could not be read.
    """

    sections: int
    rows: int
    unread: int


def load_text(
    store: Store,
    file: str,
    node: str,
    address: Ip | None,
    lines: Iterable[str],
    command: str = "",
    *,
    only: bool = False,
    named: bool = True,
) -> Loaded:
    """Read a text into a store.

    Args:
        store: the store.
        file: name for evidence.
        node: name of the node until the text says otherwise.
        address: underlay address of that node, when it is known.
        lines: the lines, cleaned.
        command: command whose output the whole file is, when its name says so.
        only: all of it is of this node, whatever its headings and prompts say: a node speaks for itself alone.
        named: somebody called the node so; otherwise its prompt tells a better name.
    """
    sections = rows = unread = 0
    inside, following = False, list[int]()
    transcript, own = Transcript(file, NodeRef(node, address, named=named)), NodeRef(node, address)
    if command:
        transcript.expect(command)
    parts = transcript.read(lines)
    for part in parts if only or command else without_recipes(parts, file):
        if isinstance(part, Unread):
            store.unread(part)
            unread += 1
        else:
            sections += 1
            if only:
                part.node, part.degree = own, Degree.SURE
            count, bad = _load_section(store, file, part)
            rows, unread = rows + count, unread + bad
            inside = inside or part.place.kind != _HOST
            if part.follows:
                following.append(store.latest)
    for ref in () if only else transcript.nodes():
        store.describe(ref.name, ref.address, ref.hosts, ref.key)
    if following and not inside and len(list(transcript.nodes())) == 1:
        store.settle(following)  # of one machine, whatever line was not pasted
    return Loaded(sections, rows, unread)


def load_output(store: Store, ns: int, file: str, command: str, text: str) -> bool:
    """Read the output of one command that was run for it; say whether there is a reader of that command.

    Args:
        store: the store.
        ns: namespace it was run in.
        file: name for evidence.
        command: the command.
        text: what it printed.
    """
    words = command.split()
    for reader in readers():
        coverage = reader.accepts(words) if reader.read is not None else None
        if coverage is not None:
            section = Section(NodeRef(""), Place(), command, words, reader, coverage, 1, text.splitlines(), degree=Degree.SURE)
            if reader.read_json is not None and text.lstrip()[:1] in {"{", "["}:
                section.document = _document(text)
            _add(store, ns, file, section, keep=True)
            return True
    return False


def load_document(store: Store, node: str, words: Sequence[str], document: object) -> None:
    """Read the JSON document that one command printed for it, without the way through lines, and keep no text of it.

    Args:
        store: the store.
        node: name of the node whose output it is.
        words: the command, which names the file, too.
        document: what it printed, decoded.
    """
    command = shlex.join(words)
    ns = store.netns(store.node(node))
    for reader in readers():
        coverage = reader.accepts(words) if reader.read_json is not None else None
        if coverage is not None:
            place = Place()
            section = Section(NodeRef(node), place, command, list(words), reader, coverage, 1, document=document)
            section.degree = Degree.SURE
            _add(store, ns, command, section)
            return


def _load_section(store: Store, file: str, section: Section) -> tuple[int, int]:
    ref = section.node
    if not section.coverage and not any(True for _ in _items(section)):
        return 0, 0  # an output that holds no state makes no node
    ns = store.netns(_node(store, ref), section.place.kind, section.place.name)
    if section.reader.name == _RULES and section.document is None:
        section.lines = rules_without_remarks(section.lines)  # their text is kept, and read by the walk
    return _add(store, ns, file, section)


def _node(store: Store, ref: NodeRef) -> int:
    """Return the number of a node: of the one that was captured under the only host name of its prompts, where there is one."""
    host = next(iter(ref.hosts)) if len(ref.hosts) == 1 else ""
    captured = store.captured(host) if host else None
    return captured if captured is not None else store.node(ref.name, ref.address, ref.key)


def _document(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None  # the reader of the text form says what is wrong


def _add(store: Store, ns: int, file: str, section: Section, *, keep: bool = False) -> tuple[int, int]:
    # A ruleset is counted here and read by the walk, so that its text is kept in either form.
    json = section.document is not None and not keep and not section.reader.whole
    command = section.command or section.reader.name
    text = None if json else "\n".join(section.lines)
    source = store.source(ns, file, command, typed=bool(section.command), first=section.first, text=text, place=section.degree)
    counted = _Counter(file, section, store.unread)
    store.add(ns, source, counted.rows())
    empty = section.reader.never_empty and section.document is None and not any(line.strip() for line in section.lines)
    failed = empty and any(part.dev is None and part.family != 6 and part.complete is Complete.YES for part in section.coverage)  # noqa: PLR2004
    if failed:
        reason = f"`{command}` printed nothing, but a successful command would: run it again, and check its error"
        store.unread(Unread(file, max(section.first - 1, 1), max(section.first - 1, 1), reason, command))
    complete = Complete.NO if counted.bad or failed else None
    store.add(
        ns,
        source,
        ((section.first, c if complete is None else c._replace(complete=complete)) for c in section.coverage),
    )
    return counted.good, counted.bad


class _Counter:
    """The rows of a section on their way into the store, complaints taken out."""

    def __init__(self, file: str, section: Section, unread: Callable[[Unread], None]) -> None:
        self._file, self._section, self._unread = file, section, unread
        self.good = self.bad = 0

    def rows(self) -> Iterator[tuple[int, NamedTuple]]:
        section, first = self._section, self._section.first
        for index, row in _items(section):
            if isinstance(row, Bad):
                self.bad += 1
                text = section.lines[index] if index < len(section.lines) else ""
                self._unread(Unread(self._file, first + index, first + index, row.reason, text.strip()[:200]))
            else:
                self.good += 1
                yield first + index, row


def _items(section: Section) -> Iterator[Item]:
    """Read a section; an output that its reader stumbles over is that output's loss alone."""
    try:
        if section.document is not None and section.reader.read_json is not None:
            yield from section.reader.read_json(section.words, section.document)
        elif section.reader.read is not None:
            yield from _read(section)
    except Exception as error:  # noqa: BLE001 - strangers write it: whatever it breaks, all other outputs are read
        yield 0, Bad(f"this looks like `{section.reader.name}` output but cannot be read ({type(error).__name__})")


def _read(section: Section) -> Iterator[Item]:
    """Read the lines; those that fail for a remark behind them are read without it."""
    read = section.reader.read
    assert read is not None  # noqa: S101 - asked before
    told = 0
    for item in read(section.words, section.lines):
        if isinstance(item[1], Bad) and not section.reader.whole:
            break
        yield item
        told += 1
    else:
        return
    bare = without_remarks(section.lines)
    failed = {index for index, row in read(section.words, section.lines) if isinstance(row, Bad)}
    lines = [bare[at] if at in failed else line for at, line in enumerate(section.lines)]
    yield from islice(read(section.words, lines), told, None)
