"""Lines that are no output: fences, dots for lines left out, errors, names of hosts that stand alone, sentences."""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from podpath.readers.command_line import certain
from podpath.readers.headings import lone_name
from podpath.readers.line_forms import LineForms
from podpath.readers.line_kinds import (
    CODE_FENCE,
    ERROR,
    EXIT,
    FENCE,
    NO_WORDS,
    NOTHING,
    ON_THE_WAY,
    UNDERLINE,
    introduces,
)  # fmt: skip
from podpath.readers.outputs import NOT_RECOGNISED, Outputs
from podpath.readers.registry import reader_of_line
from podpath.readers.section import Section, keeps
from podpath.readers.typed import known_commands
from podpath.state.evidence import LEFT_OUT, Complete, Unread

if TYPE_CHECKING:
    from podpath.readers.heading import Heading


class StrangeLines:
    """Decides what a line means that no reader takes.

    Args:
        out: the outputs, which such a line may end.

    Attributes:
        forms: the forms of sentences and logs that the text has.
        name: a line that was nothing but a name, or None: the next line says whether it is a heading.
    """

    def __init__(self, out: Outputs) -> None:
        self._out, self.forms = out, LineForms()
        self.name: tuple[Heading, str, int] | None = None

    def take(self, line: str, *, log: bool = False) -> Iterator[Section | Unread]:
        """Take a line that no reader takes.

        Args:
            line: the line.
            log: it is of a log.
        """
        section = self._out.section
        if section is not None and (keeps(section, line) or (yield from self._before_output(section, line))):
            return
        inside = self._out.is_inside() and not self._names_another(line)
        if line.lstrip()[:1] in NO_WORDS:
            done = yield from self._layout(line)
            if done:
                return
        elif line.strip() in EXIT:  # a shell says so itself when it ends
            yield from self._out.close()
            self._out.where.ended()
            return
        self._out.step_over()
        if not inside:
            yield from self._out.close(keep_unread=True)
            section = None
            if not log and (heading := lone_name(line)) is not None:
                self.name = (heading, line, self._out.number)
                return
            if not log:
                self._out.where.mention(line)
        reason = NOT_RECOGNISED
        if ERROR.match(line) and section is not None:
            reason = f"the command failed: {section.command or section.reader.name}"
            section.shows_at_most(Complete.NO)
        elif section is not None and section.command and (len(section.lines) < 2 or section.lines[-2].strip()):  # noqa: PLR2004
            # In the middle of a command's output: what it says may be the very entry that matters.
            reason = f"this does not look like the output of `{section.command}`"
            section.shows_at_most(Complete.ASSUMED)
        elif section is not None:
            yield from self._out.close()
        elif self._out.where.is_alone:
            self.forms.add(line)
        yield from self._out.strange(line, reason)

    def _before_output(self, section: Section, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a strange line directly below a command: whoever runs it elsewhere says so, or the command has failed.

        Returns:
            whether nothing else is to be done with the line.
        """
        if not section.command or section.lines:
            return False
        if NOTHING.match(line):
            section.first = self._out.number + 1
            return True
        says = ON_THE_WAY.match(line) is not None
        if not says and (FENCE.match(line) or CODE_FENCE.match(line) or line.strip() in EXIT or lone_name(line) is not None):
            return False
        failed = ERROR.match(line) is not None
        if says or failed:
            reason = f"the command failed: {section.command}" if failed else NOT_RECOGNISED
            yield from self._out.strange(line, reason)
            section.first = self._out.number + 1
        if not says:
            section.shows_at_most(Complete.NO)
        if failed:
            yield from self._out.close(keep_unread=True)
        return says or failed

    def _names_another(self, line: str) -> bool:
        """Say whether a line between lines of output is a host's name, or a person's who goes on to something else.

        A loop printed the name, whose own line was not pasted.
        """
        return not (self._out.is_whole() or self._out.foreign) and (lone_name(line) is not None or introduces(line))

    def _layout(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Take a line that is a fence, a rule, or stands for lines left out; say whether it is one."""
        section = self._out.section
        if CODE_FENCE.match(line):
            if section is not None and any(line.strip() for line in section.lines):
                yield from self._out.close()
            else:
                self._out.step_over()
            return True
        if LEFT_OUT.match(line):
            self._out.step_over()
            if section is not None:
                section.shows_at_most(Complete.NO)
            return True
        if FENCE.match(line):
            self._out.step_over()
            return True
        return False

    def settle(self, *, heads: bool) -> Iterator[Section | Unread]:
        """Decide on a line that was nothing but a name: a heading where a block or a command follows, else unread."""
        held, self.name = self.name, None
        if held is not None and heads:
            yield from self._out.enter(held[0])
        elif held is not None:
            yield from self._out.notes.add(held[1], NOT_RECOGNISED, held[2], self._out.number)

    def below_name(self, line: str) -> Generator[Section | Unread, None, bool]:
        """Decide on the line before, which was nothing but a name; say whether this line only underlines it."""
        begins = certain(line) or known_commands(line, self._out.where.place()) is not None or reader_of_line(line) is not None
        underlined = UNDERLINE.match(line) is not None
        yield from self.settle(heads=begins or underlined or CODE_FENCE.match(line) is not None)
        return underlined
