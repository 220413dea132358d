"""What stands before each line of a block: an indent, quote marks, a host, a pod, the journal's words, a number, a speaker.

Output is pasted out of mails, logs, chats and files with numbered lines. What these put before a line is found at the first
line that can be read only without it, and taken off as long as the block goes on.
"""

from collections.abc import Generator
from typing import Final

from podpath.readers.chat import ChatLine, message
from podpath.readers.command_line import certain, find_prompt
from podpath.readers.heading import Heading, Kind
from podpath.readers.headings import is_marked, lone_name
from podpath.readers.host_words import is_address
from podpath.readers.line_kinds import CODE_FENCE
from podpath.readers.line_numbers import LineNumbers
from podpath.readers.log_lines import Journal, journal_entry
from podpath.readers.outputs import Outputs
from podpath.readers.registry import reader_of_line
from podpath.readers.section import Section, claims
from podpath.readers.typed import known_commands, shell_of
from podpath.state.evidence import Unread
from podpath.state.pattern import lazy

_BLOCK: Final = lazy(
    r"^(?P<prefix>(?:[ \t]{0,3}[>|│┃][ \t]?)+[ \t]*|: |[ \t]{2,}|\t|(?P<host>[A-Za-z0-9][\w.-]*)(?:: (?! )|\t))(?=[^\s>|│┃])"
)
"""What stands before each line of a block: an indent, quote marks, the name of a host (pdsh, parallel --tag)."""
_LOGGED: Final = lazy(
    r"^(?P<prefix>\[pod/(?P<pod>[\w.-]{1,253})/[\w.-]{1,63}\] |(?P<container>(?![\d.-]+ )[a-z0-9][\w.-]{0,62}) {1,60}\| )"
)
"""What `kubectl logs --prefix` and `docker compose logs` put before each line of a pod or container."""
_LISTED: Final = lazy(r'^(?P<prefix>\s+")(?P<inner>[^"\\{}\[\]]*)",?\s*$')
"""A line of an output as an item of a list (`stdout_lines` of ansible)."""
_MAY_BLOCK: Final = frozenset(" \t>|│┃:[0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MAY_SAY: Final = frozenset("[<0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class LinePrefixes:
    """Takes off what stands before the lines of a text.

    Args:
        out: the outputs, which a change of the block may end.

    Attributes:
        block: what each line of the block begins with; empty outside of one.
        journal: program whose lines of the journal are an output, or None.
        numbers: the numbers of the lines.
        chat: the text is a chat.
    """

    def __init__(self, out: Outputs) -> None:
        self._out = out
        self.block = self._suffix = ""
        self.journal: Journal | None = None
        self.numbers = LineNumbers()
        self.chat = False

    def off_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Take off what each line of the block begins with; another line ends the block."""
        if line.startswith(self.block):
            inner = line[len(self.block) :]
            if self._suffix:
                return inner.rstrip().removesuffix(",").removesuffix(self._suffix).replace("\\t", "\t").replace('\\"', '"')
            if inner[:1] == " " and CODE_FENCE.match(inner) is not None:  # a block in an item of a list stands deeper
                self.block += inner[: len(inner) - len(inner.lstrip(" "))]
            return inner
        if not line.strip() or line.rstrip() == self.block.rstrip():
            return ""
        logged, hosts = _LOGGED.match(self.block) is not None, self.block[0].isalnum()
        self.block = self._suffix = ""
        if self._out.section is not None and self._out.section.lines:
            yield from self._out.close()
        if logged:
            self._out.where.enter(Heading("", None, Kind.HOST))
        elif hosts:
            self._out.where.doubtful()
        return line

    def first_of_journal(self, line: str) -> str | None:
        """Return what a program has written into the journal, where it is the output of a command or shows the command."""
        entry = journal_entry(line)
        if entry is None or not (entry.text.startswith("+ ") or reader_of_line(entry.text) is not None):
            return None
        self.journal = entry.of
        self._out.where.prefixed(entry.of.host)
        return entry.text

    def off_journal(self, line: str) -> Generator[Section | Unread, None, str | None]:
        """Take off what the journal puts before each line of a program; what other programs write is a log."""
        entry = journal_entry(line)
        if entry is None:
            if line.strip():
                self.journal = None
                yield from self._out.close()
            return None
        if entry.of == self.journal:
            return entry.text
        if self.journal is not None and entry.of.program == self.journal.program:  # the same program of another host
            yield from self._out.close()
            self.journal = entry.of
            self._out.where.prefixed(entry.of.host)
            return entry.text
        return None

    def first_of_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Return a line without what stands before each line of the block that it begins."""
        if self.block or line[0] not in _MAY_BLOCK or (inner := self._peel(line)) is None:
            return line
        yield from self._out.close()
        if self._out.each and self.block[0].isalnum():
            # Lines of several hosts may be mixed: a command that shows none here has perhaps shown them elsewhere.
            self._out.pending, self._out.mixed = self._out.turn(), True
        return inner

    def _peel(self, line: str) -> str | None:
        """Return a line without what a block puts before it, where it can be read only so."""
        if (match := _LISTED.match(line)) is not None and reader_of_line(match["inner"]) is not None:
            self.block, self._suffix = match["prefix"], '"'
            return match["inner"]
        if line[0] != " " and (match := _LOGGED.match(line)) is not None and reader_of_line(line[match.end() :]) is not None:
            self.block, kind = match["prefix"], Kind.POD if match["pod"] else Kind.CONTAINER
            self._out.where.enter(Heading(match["pod"] or match["container"], None, kind))
            return line[match.end() :]
        match = _BLOCK.match(line)
        if match is None or (self._out.is_whole() and self._out.is_inside()):
            return None
        inner, host = line[match.end() :], match["host"]
        if host is not None and lone_name(host) is None and not is_address(host):
            return None
        prompt = find_prompt(inner)
        typed = prompt.rest if prompt is not None else inner
        if not (
            (prompt is not None and prompt.sure)
            or (CODE_FENCE.match(inner) is not None and match["prefix"].strip() != "")
            or known_commands(typed, self._out.where.place()) is not None
            or (not self._out.foreign and reader_of_line(line) is None and reader_of_line(inner) is not None)
            or (host is not None and self._out.expects(inner))
            or shell_of(typed, self._out.where.place()) is not None
        ):
            return None
        self.block = match["prefix"]
        if host is not None:
            self._out.where.prefixed(host)
        return inner

    def first_counted(self, line: str) -> str | None:
        """Return a line, without its number if it is the first one with a number; None if the output has taken it."""
        if self.numbers or self._out.foreign or not (line[0].isdecimal() or line[0] in " L"):
            return line
        inner = self.numbers.first(line, lambda inner, number: reader_of_line(line) is None and self._is_counted(inner, number))
        if inner is not None and self._out.section is not None and claims(self._out.section.reader, inner):
            self._out.section.lines.append(inner)
            return None
        return line if inner is None else inner

    def _is_counted(self, inner: str, number: int) -> bool:
        """Say whether a line can be read only without the number before it."""
        section = self._out.section
        expected = section is not None and not section.reader.whole and claims(section.reader, inner)
        return expected or reader_of_line(inner) is not None or certain(inner) or (number == 1 and is_marked(inner))

    def off_chat(self, said: ChatLine) -> Generator[Section | Unread, None, str]:
        """Take off what a chat puts before a line; another person's line ends the output."""
        self.chat = True
        if self._out.where.hears(said.who):
            yield from self._out.close()
            self._out.foreign = False
        return said.text

    def first_of_chat(self, line: str) -> ChatLine | None:
        """Return what a line of a chat says, where it can be read only so."""
        said = message(line) if line[0] in _MAY_SAY else None
        if said is None or said.certain:
            return said
        inner = said.text
        shown = (
            certain(inner)
            or is_marked(inner)
            or reader_of_line(inner) is not None
            or known_commands(inner, self._out.where.place()) is not None
        )
        return said if shown and reader_of_line(line) is None and lone_name(said.who) is None else None
