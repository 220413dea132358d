"""Secrets in stored texts: pasted text and the output of commands may hold keys and passwords.

A value that looks like one is replaced by ``(left out)``, where text enters the store. A false alarm costs a word that says
nothing about networks; a miss costs a secret, because what is stored may be sent to others.
"""

import re
from typing import Final

from podpath.readers.credentials import reads_well
from podpath.state.pattern import lazy

LEFT_OUT: Final = "(left out)"
_TRIGGERS: Final = (
    "token", "pass", "psk", "pwd", "secret", "key", "-----begin", "eyj", "auth", "://", "bearer", "cookie", "credential",
    " login ", "mysql", "mariadb", "redis", "ldap", "curl", "wget",
)  # fmt: skip
_NAMES: Final = (
    r"[\w.-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|preshared[_-]?key|access[_-]?key|credential|cookie"
    r"|(?<![a-z])(?:pass|psk)(?![a-z])|etcd[_-]?key|key[_-]?data|certificate[_-]?(?:authority[_-]?)?data|authorization)[\w.-]*"
)
_VALUE: Final = r"(?:\"(?>[^\"\\]|\\.)*+\"?|'[^']*+'?|(?:basic |bearer )?[^\s\"',;}\])]++)"
_NONE: Final = r"(?!\(hidden\)|\(none\)|\(left out\))"
_LOGINS: Final = (
    r"sshpass|(?:mysql|mariadb)\w{0,20}|(?:docker|podman|nerdctl|buildah|skopeo|registry|auth) login|redis-cli|ldap\w{1,20}"
)
_PATTERNS: Final = (
    # NAME=VALUE, NAME: VALUE, "NAME": "VALUE", --NAME VALUE
    (lazy(rf"(?i)(?<![\w.-])((?:--)?[\"']?{_NAMES}[\"']?\s*+[=:](?!:)\s*+){_NONE}{_VALUE}"), rf"\1{LEFT_OUT}"),
    (lazy(rf"(?i)(?<!\S)(--{_NAMES}\s++)(?!-|\(left out\)){_VALUE}"), rf"\1{LEFT_OUT}"),
    (lazy(r"(?i)(\"(?:auth|identitytoken|registrytoken)\"\s*+:\s*+)\"(?>[^\"\\]|\\.)*+\"?"), rf'\1"{LEFT_OUT}"'),
    (lazy(r"(?i)((?:private|preshared) key: )" + _NONE + r"\S+"), rf"\1{LEFT_OUT}"),
    (lazy(r"(?i)\b((?:bearer|basic) )[\w+/=.~-]{8,}+"), rf"\1{LEFT_OUT}"),
    (lazy(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^/@\s:\"']*+:)[^/\s\"']+(?=@)"), rf"\1{LEFT_OUT}"),
    (lazy(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)[\w.~-]{20,200}(?=@)"), rf"\1{LEFT_OUT}"),  # a token in a user's place
    # Programs that take a password as a word of their command line, and sentences that tell one.
    (lazy(rf"(?i)\b((?:{_LOGINS})\b[^|;&]{{0,200}}?\s(?:-[paw]|--pass)[ =]?){_NONE}[^\s|;&=-]\S*+"), rf"\1{LEFT_OUT}"),
    (lazy(rf"(?i)\b((?:curl|wget)\b[^|;&]{{0,200}}?\s(?:-u|--user)[ =]?[^\s:]{{1,64}}:){_NONE}\S+"), rf"\1{LEFT_OUT}"),
    (lazy(rf"(?i)\b((?:passw(?:or)?d|passphrase) (?:is )?){_NONE}(?=\S{{0,64}}[\d!@#$%^&*])\S{{4,}}"), rf"\1{LEFT_OUT}"),
    (lazy(r"\beyJ[\w-]{8,}+\.[\w-]++(?:\.[\w-]*+)?"), LEFT_OUT),
    (lazy(r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*"), rf"\1{LEFT_OUT}"),
)  # fmt: skip
_RUN: Final = 40
"""Number of characters from which on a run of letters and digits may be a secret."""
_LONG: Final = lazy(rf"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{{{_RUN},}}+={{0,2}}")
_WIREGUARD: Final = lazy(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=(?![A-Za-z0-9+/=])")
_PUBLIC: Final = lazy(r"\s*(?:peer|public key): ")
_BLOCK: Final = lazy(rf"(?i)(\s*+)(?:- )?[\"']?{_NAMES}[\"']?:\s*+(?:\(left out\)|[|>][+-]?)\s*+$")
"""A text of several lines in YAML, by its name; its lines stand further in."""
_BLOCK_ENDS: Final = ("|", ">", "|-", ">-", "|+", ">+", LEFT_OUT)
_PEM: Final = lazy(r"[A-Za-z0-9+/=]{1,76}\s*$")


def without_secrets(text: str) -> str:
    """Return a text in which whatever looks like a secret is left out; its lines stay as many as they are."""
    lower = text.lower()
    told = any(word in lower for word in _TRIGGERS)
    if not told and (max(map(len, text.split()), default=0) < _RUN or _LONG.search(text) is None):
        return text
    lines = text.split("\n")
    inside, depth = False, -1
    for at, line in enumerate(lines):
        if depth >= 0 and len(line) - len(line.lstrip()) > depth:
            lines[at] = LEFT_OUT
            continue
        depth = len(block[1]) if line.rstrip().endswith(_BLOCK_ENDS) and (block := _BLOCK.match(line)) is not None else -1
        begins, ends = "-----BEGIN " in line, "-----END " in line
        if inside and not begins and not ends and _PEM.match(line.strip()):
            lines[at] = LEFT_OUT
            continue
        inside = (inside or begins) and not ends
        lines[at] = _line(line)
    return "\n".join(lines)


def _line(line: str) -> str:
    lower = line.lower()
    if any(word in lower for word in _TRIGGERS):
        for pattern, instead in _PATTERNS:
            line = pattern.sub(instead, line)
    if _PUBLIC.match(line):
        return line
    return _LONG.sub(_random_left_out, _WIREGUARD.sub(LEFT_OUT, line))


def _random_left_out(match: re.Match[str]) -> str:
    """Leave out a long run that is not made of words; hexadecimal alone is what runtimes call containers and images."""
    run = match[0].rstrip("=")
    kinds = (re.search("[a-z]", run), re.search("[A-Z]", run), re.search("[0-9]", run))
    return match[0] if None in kinds or reads_well(run) else LEFT_OUT
