"""Splits pasted text into sections: the output of one command, with its node and namespace.

The parser goes through the lines once and keeps only the section that it is in,
so that a file of any length can be read. A line belongs to the section as long
as it looks like that command's output; otherwise it is a prompt, a command, a
heading, the start of another command's output, or unread. Nothing is dropped:
every line that is not blank ends in a section or in an :class:`Unread`.

Each section says how sure its place is: a prompt with a host name or a wrapper makes
it sure, a heading states it, and what only follows in the text is assumed.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Final

from podpath.readers.chat import ChatLine, message, message_head
from podpath.readers.command_line import Prompt, certain, find_prompt, split_commands, watched
from podpath.readers.heading import Heading, Kind, find_heading, is_address, is_marked, lone_name
from podpath.readers.interface import Json, Reader
from podpath.readers.line_forms import LineForms
from podpath.readers.line_kinds import (
    BETWEEN,
    CODE_FENCE,
    CONTAINER_LOGS,
    DEVICE_LINE,
    EMPTY,
    ERROR,
    EXIT,
    FENCE,
    NETNS_LINE,
    NO_WORDS,
    NOTHING,
    ON_THE_WAY,
    RULE,
    TABLE_LINE,
    UNDERLINE,
    introduces,
    is_strong,
)  # fmt: skip
from podpath.readers.line_numbers import LineNumbers
from podpath.readers.lines import Lines
from podpath.readers.log_lines import Journal, is_log, journal_entry, logs, logs_and_prose, marks
from podpath.readers.pasted_json import JSON_START, decoded, opened, whole
from podpath.readers.pasted_text import before_block, plain
from podpath.readers.place import NOBODY, Place
from podpath.readers.registry import is_program, reader_of_json, reader_of_line
from podpath.readers.section import (
    Pending,
    Section,
    claims,
    is_another,
    is_apart,
    is_look_alike,
    is_remarked,
    is_rest,
    keeps,
    placed,
    unambiguous,
)
from podpath.readers.shell_words import Loop, Variables, find_loop, is_begun, over_loop
from podpath.readers.typed import LONGEST_TYPED, QUIET, is_wrapper, known_commands, pend, shell_of
from podpath.readers.unread_notes import UnreadNotes
from podpath.readers.whereabouts import STRAY, NodeRef, Whereabouts, is_of_host
from podpath.state.evidence import LEFT_OUT, Complete, Degree, Unread
from podpath.state.pattern import lazy

_SILENT: Final[tuple[list[str], ...]] = ([], ["echo"], ["cd"], ["clear"], ["exit"], ["logout"], ["hostname"])
_BLOCK: Final = lazy(
    r"^(?P<prefix>(?:[ \t]{0,3}[>|│┃][ \t]?)+[ \t]*|: |[ \t]{2,}|\t|(?P<host>[A-Za-z0-9][\w.-]*)(?:: (?! )|\t))(?=[^\s>|│┃])"
)
"""What stands before each line of a block: an indent, quote marks, the name of a host (pdsh, parallel --tag)."""
_LOGGED: Final = lazy(
    r"^(?P<prefix>\[pod/(?P<pod>[\w.-]{1,253})/[\w.-]{1,63}\] |(?P<container>(?![\d.-]+ )[a-z0-9][\w.-]{0,62}) {1,60}\| )"
)
"""What `kubectl logs --prefix` and `docker compose logs` put before each line of a pod or container."""
_SETS: Final = lazy(r"[A-Za-z_]\w{0,40}=\$\([^()]{1,200}\)\s*$")
_LISTED: Final = lazy(r'^(?P<prefix>\s+")(?P<inner>[^"\\{}\[\]]*)",?\s*$')
"""A line of an output as an item of a list (`stdout_lines` of ansible)."""
_ARROW: Final = lazy(r"(?<!\s)\s++(?:<[-=]{2,}|[←⬅]).*$")
"""A remark behind a command: `<-- this one`; no shell takes it."""


class Transcript:
    """The pasted text of one file.

    Args:
        file: name of the file, for evidence.
        node: the node that the text belongs to until a heading says otherwise.
    """

    def __init__(self, file: str, node: NodeRef) -> None:
        self._file = file
        self._where = Whereabouts(node)
        self._prefix = self._suffix = ""
        self._journal: Journal | None = None
        self._numbers = LineNumbers()
        self._chat = False
        self._maybe: tuple[Heading, str, int] | None = None
        self._section: Section | None = None
        self._pending: list[Pending] = []
        self._each: list[Pending] = []
        self._variables = Variables()
        self._loop: Loop | None = None
        self._lines_of_loop: list[str] = []
        self._foreign = self._announced = self._mixed = False
        self._ruled = self._was_typed = self._logs = False
        self._told = self._again = False
        self._json: list[str] = []
        self._json_first = 0
        self._depth = 0
        self._notes, self._forms = UnreadNotes(file), LineForms()
        self._number = 0

    def read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        """Yield the sections and the unread lines of the text, in order.

        Args:
            lines: the lines without their ends, terminal codes taken out.
        """
        held: list[Section | Unread] = []
        for part in self._read(lines):
            held.append(part)
            if not self._where.only_bare:
                yield from held
                held.clear()
        for part in held:  # no other prompt: these are the shells of a host, and not of a container that somebody has entered
            if isinstance(part, Section) and part.degree is Degree.ASSUMED and part.place == STRAY:
                part.place, part.degree = Place(), Degree.STATED
        yield from held

    def _read(self, lines: Iterable[str]) -> Iterator[Section | Unread]:
        over = lines if isinstance(lines, Lines) else None
        for raw in lines:
            self._number += 1
            if "<pre" in raw and (before := before_block(raw)):  # of a page: a heading, then its block
                raw = raw[len(before) :]  # noqa: PLW2901 - the rest of the line
                yield from self._line(plain(before))
            line = plain(raw) if not raw.isascii() or "&" in raw or "<" in raw else raw
            if (self._logs or line.startswith("====")) and (yield from self._in_logs(line)):
                continue
            if self._journal is not None and (inner := (yield from self._in_journal(line))) is not None:
                line = inner
            if self._chat and (said := message(line, self._where.speaker)) is not None:
                line = yield from self._said(said)
            if self._prefix:
                line = yield from self._in_block(line)
            if self._numbers:
                line = self._numbers.off(line)
            section = self._section
            if (
                section is not None
                and not self._json
                and claims(section.reader, line)
                and not (len(line) < _SHORT and is_apart(section, line))
                and not (section.reader.once is not None and self._begins_another(section, line))
            ):
                if section.reader.name == "hostname" and not section.lines:
                    self._hostname(section, line.strip())
                section.lines.append(line)
                self._ruled = False
                continue
            yield from self._line(line)
            if over is not None and self._is_idle():
                yield from self._pass_over(over)
        yield from self._end_json()
        yield from self._settle(heads=False)
        yield from self._close()
        yield from self._notes.flush()
        self._where.finish()

    def _begins_another(self, section: Section, line: str) -> bool:
        self._again = is_another(section, line)
        return self._again

    def _is_idle(self) -> bool:
        """Say whether nothing waits for the next line."""
        waits = (
            self._pending
            or self._json
            or self._prefix
            or self._numbers
            or self._maybe
            or self._journal
            or self._lines_of_loop
            or self._chat
        )
        return self._section is None and not waits

    def _pass_over(self, lines: Lines) -> Iterator[Unread]:
        """Skip lines that cannot matter. If several nodes are known, keep sentences: one may name a node."""
        passed = None
        if self._where.is_alone and self._forms.pattern is not None:
            passed = lines.pass_over(self._forms.pattern, marks())
        if passed is None:
            prose = self._where.is_alone and self._forms.is_filled  # before that, sentences show their forms
            passed = lines.pass_over(logs_and_prose() if prose else logs(), marks())
        if passed is not None:
            self._ruled = False
            first, self._number = self._number + 1, self._number + passed.lines
            yield from self._notes.add(passed.first, _NOT_RECOGNISED, first, self._number)

    def _in_logs(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Skip the log of a container (``cluster-info dump``), whatever it holds; return whether the line belongs to it."""
        begins = CONTAINER_LOGS.match(line) is not None
        if begins:
            yield from self._end_json()
            yield from self._close()
        if begins or self._logs:
            yield from self._notes.add(line, _NOT_RECOGNISED, self._number, self._number)
            self._logs = not line.startswith("==== END logs ")
        return begins or self._logs or line.startswith("==== END logs ")

    def expect(self, command: str) -> None:
        """Read the text as the output of the command that its file's name gives; an unknown one changes nothing."""
        pending = known_commands(command, self._where.place())
        if pending is not None and len(pending) == 1:
            self._was_typed = True
            self._open(pending[0])

    def nodes(self) -> Iterator[NodeRef]:
        """Yield every node that the text named."""
        yield from self._where.refs()

    # -- blocks -----------------------------------------------------------------------------------

    def _in_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Take off what each line of the block begins with; another line ends the block."""
        if line.startswith(self._prefix):
            inner = line[len(self._prefix) :]
            if self._suffix:
                return inner.rstrip().removesuffix(",").removesuffix(self._suffix).replace("\\t", "\t").replace('\\"', '"')
            if inner[:1] == " " and CODE_FENCE.match(inner) is not None:  # a block in an item of a list stands deeper
                self._prefix += inner[: len(inner) - len(inner.lstrip(" "))]
            return inner
        if not line.strip() or line.rstrip() == self._prefix.rstrip():
            return ""
        logged, hosts = _LOGGED.match(self._prefix) is not None, self._prefix[0].isalnum()
        self._prefix = self._suffix = ""
        if self._section is not None and self._section.lines:
            yield from self._close()
        if logged:
            self._where.enter(Heading("", None, Kind.HOST))
        elif hosts:
            self._where.doubtful()
        return line

    def _journaled(self, line: str) -> str | None:
        """Return what a program has written into the journal, where it is the output of a command or shows the command."""
        entry = journal_entry(line)
        if entry is None or not (entry.text.startswith("+ ") or reader_of_line(entry.text) is not None):
            return None
        self._journal = entry.of
        self._where.prefixed(entry.of.host)
        return entry.text

    def _in_journal(self, line: str) -> Generator[Section | Unread, None, str | None]:
        """Take off what the journal puts before each line of a program; what other programs write is a log."""
        entry = journal_entry(line)
        if entry is None:
            if line.strip():
                self._journal = None
                yield from self._close()
            return None
        if entry.of == self._journal:
            return entry.text
        if self._journal is not None and entry.of.program == self._journal.program:  # the same program of another host
            yield from self._close()
            self._journal = entry.of
            self._where.prefixed(entry.of.host)
            return entry.text
        return None

    def _peel(self, line: str) -> str | None:
        """Return a line without what a block puts before it, where it can be read only so."""
        if (match := _LISTED.match(line)) is not None and reader_of_line(match["inner"]) is not None:
            self._prefix, self._suffix = match["prefix"], '"'
            return match["inner"]
        if line[0] != " " and (match := _LOGGED.match(line)) is not None and reader_of_line(line[match.end() :]) is not None:
            self._prefix, kind = match["prefix"], Kind.POD if match["pod"] else Kind.CONTAINER
            self._where.enter(Heading(match["pod"] or match["container"], None, kind))
            return line[match.end() :]
        match = _BLOCK.match(line)
        if match is None or (self._is_whole() and self._is_inside()):
            return None
        inner, host = line[match.end() :], match["host"]
        if host is not None and lone_name(host) is None and not is_address(host):
            return None
        prompt = find_prompt(inner)
        typed = prompt.rest if prompt is not None else inner
        if not (
            (prompt is not None and prompt.sure)
            or (CODE_FENCE.match(inner) is not None and match["prefix"].strip() != "")
            or known_commands(typed, self._where.place()) is not None
            or (not self._foreign and reader_of_line(line) is None and reader_of_line(inner) is not None)
            or (host is not None and self._expects(inner))
            or shell_of(typed, self._where.place()) is not None
        ):
            return None
        self._prefix = match["prefix"]
        if host is not None:
            self._where.prefixed(host)
        return inner

    def _first_counted(self, line: str) -> str | None:
        """Return a line, without its number if it is the first one with a number; None if the output has taken it."""
        if self._numbers or self._foreign or not (line[0].isdecimal() or line[0] in " L"):
            return line
        inner = self._numbers.first(line, lambda inner, number: reader_of_line(line) is None and self._is_counted(inner, number))
        if inner is not None and self._section is not None and claims(self._section.reader, inner):
            self._section.lines.append(inner)
            return None
        return line if inner is None else inner

    def _is_counted(self, inner: str, number: int) -> bool:
        """Say whether a line can be read only without the number before it."""
        section = self._section
        expected = section is not None and not section.reader.whole and claims(section.reader, inner)
        return expected or reader_of_line(inner) is not None or certain(inner) or (number == 1 and is_marked(inner))

    # -- chats ------------------------------------------------------------------------------------

    def _said(self, said: ChatLine) -> Generator[Section | Unread, None, str]:
        """Take off what a chat puts before a line; another person's line ends the output."""
        self._chat = True
        if self._where.hears(said.who):
            yield from self._close()
            self._foreign = False
        return said.text

    def _of_chat(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take the first message of a chat, and a line that says who wrote what stands below it; say whether it is one."""
        if not self._chat and line[0] in _MAY_SAY and (said := self._message(line)) is not None:
            yield from self._line((yield from self._said(said)))
            return True
        head = message_head(line)
        if head is None or find_heading(line) is not None:
            return False
        yield from self._settle(heads=False)
        yield from self._close()
        self._foreign = False
        self._where.hears(head.who)
        yield from self._notes.add(line, _NOT_RECOGNISED, self._number, self._number)
        return True

    def _message(self, line: str) -> ChatLine | None:
        """Return what a line of a chat says, where it can be read only so."""
        said = message(line)
        if said is None or said.certain:
            return said
        inner = said.text
        shown = (
            certain(inner)
            or is_marked(inner)
            or reader_of_line(inner) is not None
            or known_commands(inner, self._where.place()) is not None
        )
        return said if shown and reader_of_line(line) is None and lone_name(said.who) is None else None

    def _settle(self, *, heads: bool) -> Iterator[Section | Unread]:
        """Decide on a line that was nothing but a name: a heading where a block or a command follows, else unread."""
        held, self._maybe = self._maybe, None
        if held is not None and heads:
            yield from self._enter(held[0])
        elif held is not None:
            yield from self._notes.add(held[1], _NOT_RECOGNISED, held[2], self._number)

    # -- one line ---------------------------------------------------------------------------------

    def _line(self, line: str) -> Iterator[Section | Unread]:
        if self._json or self._lines_of_loop:
            yield from self._json_line(line) if self._json else self._goes_on(line)
            return
        if not line.strip(EMPTY):
            self._foreign = False
            if self._section is not None:
                self._section.lines.append("")
            return
        if self._section is not None and is_rest(self._section, line):
            return
        if (yield from self._of_chat(line)):
            return
        if line[0].isalnum() and (inner := self._journaled(line)) is not None:
            line = inner
        elif is_log(line) and reader_of_line(line) is None:
            yield from self._settle(heads=False)
            yield from self._strange(line, log=True)
            return
        if JSON_START.match(line) and not self._is_whole():
            self._json, self._json_first, self._depth = [], self._number, 0
            yield from self._json_line(line)
            return
        if self._section is not None and is_remarked(self._section, line):
            self._section.lines.append(line)
            return
        line = yield from self._first_of_block(line)
        bare = self._first_counted(line)
        if bare is None or (self._maybe is not None and (yield from self._below_name(bare))):
            return
        yield from self._typed_or_text(bare)

    def _below_name(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Decide on the line before, which was nothing but a name; say whether this line only underlines it."""
        begins = certain(line) or known_commands(line, self._where.place()) is not None or reader_of_line(line) is not None
        underlined = UNDERLINE.match(line) is not None
        yield from self._settle(heads=begins or underlined or CODE_FENCE.match(line) is not None)
        return underlined

    def _first_of_block(self, line: str) -> Generator[Section | Unread, None, str]:
        """Return a line without what stands before each line of the block that it begins."""
        if self._prefix or line[0] not in _MAY_BLOCK or (inner := self._peel(line)) is None:
            return line
        yield from self._close()
        if self._each and self._prefix[0].isalnum():
            # Lines of several hosts may be mixed: a command that shows none here has perhaps shown them elsewhere.
            self._pending, self._mixed = self._turn(), True
        return inner

    def _typed_or_text(self, line: str) -> Iterator[Section | Unread]:
        prompt = (watched(line) or find_prompt(line)) if len(line) < LONGEST_TYPED else None
        if prompt is not None and not prompt.sure and "$" in prompt.rest:
            prompt = prompt._replace(rest=self._variables.fill(prompt.rest))
        if prompt is None and line.startswith(("for ", "while ")) and find_loop(line) is not None:
            prompt = Prompt(self._where.style, None, line)
        if prompt is not None and (prompt.sure or self._is_inner(prompt)):
            yield from self._typed(prompt)
        elif self._is_listed(line):
            yield from self._text(line)
        elif (commands := known_commands(prompt.rest if prompt else line, self._where.place())) is not None:
            if self._where.left(prompt.style if prompt else ""):
                commands = known_commands(prompt.rest if prompt else line, self._where.place()) or commands
            yield from self._begin(commands, typed=prompt is not None)
            self._each = [one for one in commands if one.reader is not None and one.command.place.kind == NOBODY]
        elif (place := shell_of(prompt.rest if prompt else line, self._where.place())) is not None:
            yield from self._close()
            self._where.on_host()
            self._where.go_in(prompt.style if prompt else "", place)
        else:
            yield from self._text(line)

    def _is_listed(self, line: str) -> bool:
        """Say whether a line names a program in a list of words: what a lone word prints could be any other one."""
        return line.strip() == "hostname" and self._notes.ends_at(self._number - 1)

    def _is_inner(self, prompt: Prompt) -> bool:
        """Say whether a lone ``#`` is the prompt of the shell that was entered, or stands before a variable that is set."""
        words = prompt.rest.split(maxsplit=1)
        inner = self._where.in_shell and words and (is_program(words[0]) or words[0] in QUIET)
        return bool(inner or _SETS.match(prompt.rest))

    def _text(self, line: str) -> Iterator[Section | Unread]:
        """A line that is neither a prompt, a command nor JSON."""
        if self._loop is not None and (value := self._loop.value(line)) is not None:
            pending = [pend(command) for command in split_commands(self._loop.turn(value), self._where.place())]
            if any(one.reader is not None for one in pending):
                yield from self._begin(pending)
                return
        if match := NETNS_LINE.match(line):  # `ip -all netns exec …` says where each part ran
            self._where.settled()
            yield from self._again_in(match[1])
            return
        claimed = self._next_pending(line)
        if claimed is not None:
            yield from self._close(keep_pending=True)
            self._open(claimed, line)
            if self._mixed and self._section is not None:
                self._section.shows_at_most(Complete.ASSUMED)
            return
        ends = not self._is_whole() or DEVICE_LINE.match(line) or (not self._foreign and TABLE_LINE.match(line))
        if ends and (reader := reader_of_line(line)) is not None:
            yield from self._close()
            self._begin_shape(reader, line)
            return
        ruled, self._ruled = self._ruled, RULE.match(line) is not None
        if ruled and (match := BETWEEN.match(line)):
            yield from self._enter(Heading(match[1], None))
            return
        heading = find_heading(line)
        if heading is not None and (is_strong(line) or not self._is_inside()):
            yield from self._enter(heading)
            return
        if heading is not None and self._section is not None and not (self._is_whole() or self._foreign):
            # A name in the middle of an output, and no sign that it is a heading: nobody knows whose the rest is.
            yield from self._close()
            self._where.doubtful()
        yield from self._strange(line)

    def _strange(self, line: str, *, log: bool = False) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and (keeps(section, line) or (yield from self._before_output(section, line))):
            return
        inside = self._is_inside() and not self._names_another(line)
        if line.lstrip()[:1] in NO_WORDS:
            done = yield from self._layout(line)
            if done:
                return
        elif line.strip() in EXIT:  # a shell says so itself when it ends
            yield from self._close()
            self._where.ended()
            return
        self._step_over()
        if not inside:
            yield from self._close(keep_unread=True)
            section = None
            if not log and (heading := lone_name(line)) is not None:
                self._maybe = (heading, line, self._number)
                return
            if not log:
                self._where.mention(line)
        reason = _NOT_RECOGNISED
        if ERROR.match(line) and section is not None:
            reason = f"the command failed: {section.command or section.reader.name}"
            section.shows_at_most(Complete.NO)
        elif section is not None and section.command and (len(section.lines) < 2 or section.lines[-2].strip()):  # noqa: PLR2004
            # In the middle of a command's output: what it says may be the very entry that matters.
            reason = f"this does not look like the output of `{section.command}`"
            section.shows_at_most(Complete.ASSUMED)
        elif section is not None:
            yield from self._close()
        elif self._where.is_alone:
            self._forms.add(line)
        yield from self._notes.add(line, reason, self._number, self._number)

    def _before_output(self, section: Section, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a strange line directly below a command: whoever runs it elsewhere says so, or the command has failed.

        Returns:
            whether nothing else is to be done with the line.
        """
        if not section.command or section.lines:
            return False
        if NOTHING.match(line):
            section.first = self._number + 1
            return True
        says = ON_THE_WAY.match(line) is not None
        if not says and (FENCE.match(line) or CODE_FENCE.match(line) or line.strip() in EXIT or lone_name(line) is not None):
            return False
        failed = ERROR.match(line) is not None
        if says or failed:
            reason = f"the command failed: {section.command}" if failed else _NOT_RECOGNISED
            yield from self._notes.add(line, reason, self._number, self._number)
            section.first = self._number + 1
        if not says:
            section.shows_at_most(Complete.NO)
        if failed:
            yield from self._close(keep_unread=True)
        return says or failed

    def _names_another(self, line: str) -> bool:
        """Say whether a line between lines of output is a host's name, or a person's who goes on to something else.

        A loop printed the name, whose own line was not pasted.
        """
        return not (self._is_whole() or self._foreign) and (lone_name(line) is not None or introduces(line))

    def _layout(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a line that is a fence, a rule, or stands for lines left out; say whether it is one."""
        section = self._section
        if CODE_FENCE.match(line):
            if section is not None and any(line.strip() for line in section.lines):
                yield from self._close()
            else:
                self._step_over()
            return True
        if LEFT_OUT.match(line):
            self._step_over()
            if section is not None:
                section.shows_at_most(Complete.NO)
            return True
        if FENCE.match(line):
            self._step_over()
            return True
        return False

    def _step_over(self) -> None:
        """Keep the section's lines in step with the file's when a line is left out."""
        if self._section is not None and self._section.lines:
            self._section.lines.append("")
        elif self._section is not None:
            self._section.first = self._number + 1

    def _is_inside(self) -> bool:
        """Say whether the line before belongs to a command's output: then an unmarked line is no heading."""
        section = self._section
        if section is None or section.reader.relays:
            # What a command prints that podpath does not read (`cat /etc/hosts`, `curl`) may look like one.
            return self._foreign
        return bool(section.lines and section.lines[-1].strip() and not section.lines[-1].startswith("# Completed on "))

    def _is_whole(self) -> bool:
        section = self._section
        if section is None or not section.reader.whole:
            return False
        # Of an output that nobody reads an empty line may be the end.
        return not section.reader.relays or not section.lines or bool(section.lines[-1].strip())

    def _enter(self, heading: Heading) -> Iterator[Section | Unread]:
        waiting = self._section if self._announced and self._section is not None and not self._section.lines else None
        if waiting is not None:  # `echo n1; ip route`: the name is printed before the output
            self._section = None
        yield from self._close()
        self._foreign = self._told = self._again = False
        self._where.enter(heading)
        if self._each and waiting is None and heading.kind is Kind.NODE:
            self._pending = self._turn()
            self._open(self._pending.pop(0))
            return
        if waiting is not None:
            waiting.node, waiting.degree, waiting.first = self._where.node, heading.degree, self._number + 1
            if waiting.place.kind == NOBODY and heading.kind is Kind.NODE:  # `for h in …; do echo $h; ssh $h ip route; done`
                waiting.place = Place()
            self._section = waiting

    # -- commands ---------------------------------------------------------------------------------

    def _typed(self, prompt: Prompt) -> Iterator[Section | Unread]:
        yield from self._close()
        self._foreign, self._loop, self._each = False, None, []
        self._where.settled()
        self._where.prompted(prompt)
        if (again := find_prompt(prompt.rest)) is not None and again.host is not None and again.sure:
            self._where.prompted(again)  # Ctrl-D leaves a shell without a word: `/ # root@n1:~# ip route`
            prompt = again
        prompt = prompt._replace(rest=self._variables.fill(_ARROW.sub("", prompt.rest)))
        if is_begun(prompt.rest):
            self._lines_of_loop = [prompt.rest]
            return
        if not prompt.rest or prompt.rest.startswith("#"):
            if (heading := find_heading(prompt.rest)) is not None:
                yield from self._enter(heading)
            return
        if is_of_host(prompt.rest):
            self._where.on_host()
        commands = split_commands(prompt.rest, self._where.place())
        if prompt.rest in EXIT and self._where.exited():
            return
        if len(commands) == 1 and not commands[0].words:
            self._where.go_in(prompt.style, commands[0].place)
            return
        self._loop = find_loop(prompt.rest)
        pending = over_loop(prompt.rest, [pend(command) for command in commands])
        yield from self._begin(pending)
        self._each = [one for one in pending if one.reader is not None and one.command.place.kind == NOBODY]
        self._announced = any(item.command.words[:1] in (["echo"], ["hostname"], ["printf"]) for item in pending)
        if pending and all(item.command.words[:1] == ["echo"] for item in pending):
            self._where.doubt = Degree.ASSUMED  # a table below is of another command, whose line was not pasted
        strange = [item.command for item in pending if item.reader is None and item.command.words[:1] not in _SILENT]
        if strange:
            self._foreign = True
            self._where.doubt = Degree.ASSUMED
            if len(commands) == 1 and commands[0].place.kind != NOBODY:
                self._where.runs_in(prompt.style, commands[0].place)
            self._where.nobody = prompt.rest if any(is_wrapper(command, self._where.place()) for command in strange) else ""

    def _goes_on(self, line: str) -> Iterator[Section | Unread]:
        """Take a line of a loop that was typed over several."""
        text = line.strip().removeprefix(">").strip()
        self._lines_of_loop.append(text)
        ends = text == "done" or text.startswith("done ") or text.endswith("; done")
        if ends or len(self._lines_of_loop) > _LONGEST_LOOP or find_prompt(line) is not None:
            lines, self._lines_of_loop = self._lines_of_loop, []
            joined = "; ".join(lines).replace("do; ", "do ").replace("; do ", "; do ")
            if ends:
                yield from self._typed(Prompt(self._where.style, None, joined))

    def _expects(self, line: str) -> bool:
        """Say whether a line can be the output of a command that ran on several hosts."""
        return any(one.reader is not None and claims(one.reader, line) for one in self._each)

    def _turn(self) -> list[Pending]:
        """Return the commands that ran on each of several hosts, for the one that the text is at now."""
        return unambiguous([replace(one, command=one.command._replace(place=Place())) for one in self._each])

    def _begin(self, pending: list[Pending], *, typed: bool = True) -> Iterator[Section | Unread]:
        yield from self._close()
        self._announced, self._each = False, []
        self._where.settled()
        if not typed:
            self._where.unprompted()
        known = [p for p in pending if p.reader is not None]
        self._pending = unambiguous(known)
        self._was_typed = typed
        self._told, self._again = typed, False
        self._foreign = any(p.reader.relays for p in known if p.reader is not None)
        if self._pending:
            self._open(self._pending.pop(0))

    def _open(self, pending: Pending, line: str | None = None) -> None:
        """Begin the output of a command: below its line, or with a line of it."""
        assert pending.reader is not None  # noqa: S101 - only known commands are opened
        place = pending.command.place
        self._where.shows()
        self._section = Section(
            self._node_of(place), place._replace(node=""), pending.command.text, pending.command.words, pending.reader,
            pending.coverage, self._number + (line is None), [] if line is None else [line], None, self._where.degree_of(place),
            self._was_typed, pending.joined,
        )  # fmt: skip

    def _node_of(self, place: Place) -> NodeRef:
        return self._where.find(place.node) if place.node else self._where.node

    def _hostname(self, section: Section, name: str) -> None:
        """Take note of what ``hostname`` printed; its own line is already the node's that it names."""
        if section.place.kind == "host":
            self._where.told(name)
            section.node = self._where.node

    def _next_pending(self, line: str) -> Pending | None:
        """Return the next command of the same command line whose output the line can be."""
        for at, pending in enumerate(self._pending):
            if pending.reader is not None and claims(pending.reader, line):
                skipped, self._pending = self._pending[:at], self._pending[at + 1 :]
                self._pending = [*skipped, *self._pending]
                return pending
        return None

    def _again_in(self, netns: str) -> Iterator[Section | Unread]:
        section = self._section
        yield from self._close()
        self._where.in_netns(netns)
        if section is not None:
            place = Place("", "netns", netns)
            self._section = Section(
                section.node, place, section.command, section.words, section.reader, section.coverage, self._number + 1,
                degree=section.degree,
            )  # fmt: skip

    def _begin_shape(self, reader: Reader, line: str) -> None:
        self._where.shows()
        place = self._where.shape_place()
        self._section = Section(
            self._node_of(place), place._replace(node=""), self._where.nobody, [], reader, reader.shape_coverage, self._number,
            [line], degree=self._where.degree_of(place),
        )  # fmt: skip
        # Where commands were typed, an output without one is perhaps of another place: its command line was not pasted.
        self._section.follows = not self._again and self._told and self._section.degree is not Degree.ASSUMED
        if self._again or self._section.follows:
            self._section.degree = Degree.ASSUMED

    def _close(self, *, keep_pending: bool = False, keep_unread: bool = False) -> Iterator[Section | Unread]:
        if not keep_unread or self._section is not None:
            yield from self._notes.flush()
        section, self._section = self._section, None
        if section is not None:
            while section.lines and not section.lines[-1].strip():
                section.lines.pop()
            if is_look_alike(section):
                yield from self._notes.add(section.lines[0], _NOT_RECOGNISED, section.first, self._number)
            elif section.tells and (told := placed(section, self._file)) is not None:
                yield told
        if not keep_pending:
            silent, self._pending = [] if self._mixed else self._pending, []
            self._mixed = False
            for pending in silent:  # a command that printed nothing has answered too
                self._open(pending)
                if self._section is not None and self._section.tells and self._section.place.kind != NOBODY:
                    yield self._section
                self._section = None

    # -- JSON -------------------------------------------------------------------------------------

    def _json_line(self, line: str) -> Iterator[Section | Unread]:
        if not self._json and (document := whole(line)) is not None:
            yield from self._document(document, [line])
            return
        self._json.append(line)
        self._depth += opened(line)
        if self._depth > 0:
            if len(self._json) > 1 and (prompt := find_prompt(line)) is not None and certain(line):
                self._json.pop()
                yield from self._end_json()
                yield from self._typed(prompt)
            return
        yield from self._end_json()

    def _end_json(self) -> Iterator[Section | Unread]:
        lines, self._json = self._json, []
        if not lines:
            return
        try:
            document = decoded("\n".join(lines))
        except (ValueError, RecursionError):
            if self._section is not None:
                self._section.shows_at_most(Complete.NO)
            yield from self._close()
            last = self._json_first + len(lines) - 1
            yield Unread(self._file, self._json_first, last, "JSON that is cut off or damaged", lines[0][:200])
        else:
            yield from self._document(document, lines)

    def _document(self, document: Json, lines: list[str]) -> Iterator[Section | Unread]:
        section = self._section
        if section is not None and section.reader.read_json is not None and not section.lines and section.document is None:
            section.document, section.first, section.lines = document, self._json_first, lines
            yield from self._close(keep_pending=True)
            if self._pending:
                self._open(self._pending.pop(0))
            return
        reader = reader_of_json(document)
        if reader is None:
            yield from self._notes.add(lines[0], "JSON that podpath does not know", self._json_first, self._number)
            return
        yield from self._close()
        place = self._where.place()
        yield Section(
            self._node_of(place), place._replace(node=""), "", [], reader, reader.shape_coverage,
            self._json_first, lines, document, self._where.degree_of(place),
        )  # fmt: skip


_NOT_RECOGNISED: Final = "not recognised as the output of any command that podpath reads"


_SHORT: Final = 40
_LONGEST_LOOP: Final = 20
_MAY_SAY: Final = frozenset("[<0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MAY_BLOCK: Final = frozenset(" \t>|│┃:[0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
