"""Messages of chats, mails and threads: who wrote, and the text without the time and name that stand before it.

irssi, WeeChat and ZNC write `12:03 <alice> text`, WhatsApp `30/11/2026, 12:03 - Alice: text`; Slack, Telegram, Discord and GitHub
print the name and the time in a line of their own, and the message below it. Who wrote is no host. What two people show
may be of two machines.
"""

from typing import Final, NamedTuple

from podpath.state.pattern import lazy

_TIME: Final = r"\d{1,2}:\d\d(?::\d\d)?(?: ?[APap]\.?[Mm]\.?)?"
_DATE: Final = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_NICK: Final = r"[@+%&~ ]?(?P<{}>[^\W\d][^\s<>:|]{{0,31}})"
_NAME: Final = r"(?P<{}>[^\W\d_][^\n<>:|@#$%\[\](),/—]{{0,31}}?)"
_MESSAGE: Final = lazy(
    "|".join((
        rf"^\[?(?:{_DATE},? )?{_TIME}\]? {{1,2}}<{_NICK.format('a')}> ?",  # 12:03 <alice>
        rf"^(?:{_DATE} )?{_TIME}\s{{1,16}}{_NICK.format('b')} [|│] ?",  # WeeChat
        rf"^\[{_DATE},? {_TIME}\] {_NAME.format('c')}: ",  # WhatsApp on a telephone
        rf"^{_DATE},? {_TIME} - {_NAME.format('d')}: ",  # WhatsApp's export
        rf"^\[{_TIME}\] {_NICK.format('e')}: ",
        rf"^<{_NICK.format('f')}> ",
        rf"^{_NICK.format('g')}: (?=[$#] \S|[\w.-]+@[\w.-]+:|\[[\w.-]+@[\w.-]+)",  # alice: $ ip route
    ))
)  # fmt: skip
_CERTAIN: Final = "abcd"
"""Forms that only chats have; the others look like lines of logs, or of several hosts."""
_HEAD: Final = lazy(
    "|".join((
        rf"^{_NAME.format('a')} {{1,4}}\[?{_TIME}\]?$",  # Slack
        rf"^{_NAME.format('b')}, \[[^\[\]]{{0,24}}{_TIME}\]:?$",  # Telegram
        rf"^\[{_DATE},? {_TIME}\] {_NAME.format('c')}:$",
        rf"^{_NAME.format('d')} — [^—\n]{{0,24}}{_TIME}$",  # Discord
        rf"^{_NAME.format('e')}(?:\(\d+\))? (?:{_DATE} )?{_TIME}$",  # WeChat, QQ
        rf"^{_NAME.format('f')} commented (?:on )?[\w ,]{{3,30}}$",  # GitHub
        rf"^(?:On|Am|Le) [^\n]{{6,60}}(?:, |[AP]M ){_NAME.format('g')}(?: <[^<>\n]*>)? ?(?:wrote|schrieb|a écrit) ?:$",
    ))
)  # fmt: skip


class ChatLine(NamedTuple):
    """A line of a chat.

    Attributes:
        who: name of the person.
        text: what the line says; empty where the message stands below it.
        certain: nothing but a chat has such lines.
    """

    who: str
    text: str
    certain: bool = True


def message(line: str, speaker: str = "") -> ChatLine | None:
    """Return the message that a line holds behind a name and perhaps a time, or None if it holds none.

    Args:
        line: the line.
        speaker: who has spoken before: that name alone tells, too.
    """
    if speaker and line.startswith(f"{speaker}: "):
        return ChatLine(speaker, line[len(speaker) + 2 :])
    match = _MESSAGE.match(line)
    if match is None:
        return None
    form = match.lastgroup or ""
    return ChatLine(match[form].strip(), line[match.end() :], form in _CERTAIN)


def message_head(line: str) -> ChatLine | None:
    """Return whose message stands below a line, or None if it is no such line."""
    match = _HEAD.match(line.rstrip()) if len(line) < _LONGEST else None
    return ChatLine(match[match.lastgroup or ""].strip(), "") if match is not None else None


_LONGEST: Final = 120
