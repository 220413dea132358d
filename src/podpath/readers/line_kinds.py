"""Lines of pasted text that belong to no command's output: fences, rules, errors of a shell, marked lines."""

from typing import Final

from podpath.state.pattern import lazy

ERROR: Final = lazy(
    r"(?i)^(?:.*: )?(?:command not found|not found|permission denied|operation not permitted|cannot open network namespace"
    r".*|dump (?:was interrupted|terminated).*|rtnetlink answers: .*|unknown (?:command|option).*|object \".*\" is unknown.*"
    r"|you do not have enough rights.*|this command needs.*|no such container.*|error response from daemon.*"
    r"|cannot connect to the docker daemon.*)\s*$"
)
ON_THE_WAY: Final = lazy(
    r"(?i)^(?:warning: permanently added |last login: |\[sudo\] password for |defaulted container |defaulting container |"
    r"temporary namespace \S+ is created|creating debugging pod |starting pod/|to use host binaries, |"
    r"if you don't see a command prompt|pod ip: |connected to machine |pseudo-terminal will not be allocated |"
    r"unable to use a tty|sudo: unable to resolve host |emulate docker cli using podman|welcome to |mesg: ttyname failed|"
    r"time=\S+ level=warn|warn\[\d+\])"
)
"""What a tool says that runs a command elsewhere, before the command prints anything."""
NOTHING: Final = lazy(
    r"(?i)^\s*[(<\[]?(?:no output|empty|nothing|none|keine ausgabe|leer|无输出|没有输出|空)(?: here)?[)>\]]?\s*$"
)
"""What a person writes where a command has printed nothing."""
NETNS_LINE: Final = lazy(r"^netns: (\S+)\s*$")
EXIT: Final = frozenset({"exit", "logout"})
FENCE: Final = lazy(r"^\s*(?:```\w*|~~~\w*|[-=_*]{3,}|\+ |#\+\w+:.*|:{3,} ?[\w-]*|\[/(?:details|spoiler|quote|hide)\])\s*$")
UNDERLINE: Final = lazy(r"^(?:={2,}|-{2,}|~{2,}|\^{2,})\s*$")
"""What makes the line above it a heading (Markdown, reStructuredText)."""
RULE: Final = lazy(r"^-{8,}\s*$")
BETWEEN: Final = lazy(r"^([A-Za-z0-9][\w.-]*)\s*$")
"""The name of a host below a rule, as clush(1) and dshbak(1) print it."""
CODE_FENCE: Final = lazy(
    r"^\s*(?:```|~~~|\{(?:code|noformat|panel)(?::[^}]*)?\}\s*$|(?i:\[/?code[^\]]*\]\s*$|#\+(?:begin|end)_\w))"
)
"""Where a block of code begins or ends: Markdown, Jira's markup, BBCode, org-mode."""
CONTAINER_LOGS: Final = lazy(r"==== START logs for (?:init )?container \S+ of pod \S+ ====\s*$")
"""Where ``kubectl cluster-info dump`` begins to print what a container has logged."""
DEVICE_LINE: Final = lazy(r"^(?:\d{1,6}: [^\s:]{1,40}: <[A-Z0-9,_-]*> |[^\s:]{1,15}: flags=\d+<)")
"""A line that can be of nothing but `ip link`, `ip addr` or `ifconfig`."""
TABLE_LINE: Final = lazy(
    r"^(?:(?:default|\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?) (?:via \d[\d.]+ )?dev \S+ +(?:proto|scope|src|lladdr|metric|onlink)"
    r"|Kernel IP routing table$|net\.[\w.-]+ = \d+$)"
)
"""A line of a route, a neighbour or a setting, which no ruleset holds."""
EMPTY: Final = " \t>|│┃"
"""What a line holds that a quotation or a box leaves empty."""
NO_WORDS: Final = frozenset("{`~-=_*+.…[<(省略#:")


_SCRIPTS: Final = lazy(r"[\u0400-\u04ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that no command prints: Cyrillic, Japanese, Chinese, Korean."""
_NAMED: Final = lazy(r"(?i)(?:node|host|hostname|server|machine|vm): \S+$")


def is_strong(line: str) -> bool:
    """Say whether a line is marked as a heading: by decoration, by a colon at its end, or as a name with its label."""
    if line.lstrip().startswith(
        ("#", "==", "--", "**", ">>", "[", "【", "<h", "<summary", "<b>", "<strong>", "h1.", "h2.", "h3.", "h4.")
    ):
        return True
    return (
        line.rstrip().endswith((":", "\uff1a", "<<", ">>")) or _NAMED.match(line) is not None or _SCRIPTS.search(line) is not None
    )


def introduces(line: str) -> bool:
    """Say whether a line is a person's (`After the restart:`): no table has lines of words alone with a colon behind them."""
    words = line.strip().rstrip(":\uff1a").split()
    return line.rstrip()[-1:] in (":", "\uff1a") and len(words) > 1 and all(word.strip(",.'").isalpha() for word in words)
