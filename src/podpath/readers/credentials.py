"""Labels that look like credentials and are left out: people put passwords into labels.

What is stored may be sent to others. A false alarm costs a label that says nothing about networks;
a miss costs a secret. So a doubtful label is left out, and the number of such labels is reported.
"""

import re
from collections.abc import Iterator
from typing import Final

from podpath.readers.interface import Json
from podpath.state.pattern import lazy

LONGEST: Final = 4096
"""Longest name or value that is kept, in characters; what is longer is no label that a person wrote."""

# Between other letters "key" is monkey and "auth" is author, so short words must stand alone: DB_KEY, apiKey, x.auth.
_SECRET_WORD: Final = lazy(
    r"pass(?:wd|word|phrase|code|key)|pass(?:[^a-z]|$)|secret|token|credential|cookie|bearer|htpasswd|authoriz|authentic"
    r"|(?:ssh|auth|sign|signing|enc|encryption|crypt|licen[cs]e|master|shared|host|priv|deploy|service)key"
    r"|private[._-]?key|api[._-]?key|access[._-]?key|basic[._-]?auth|digest[._-]?auth"
    r"|(?:^|[^a-z])(?:pass|pwd|pw|key|keys|auth|cred|creds|dsn|jwt|otp|pin|salt|sig|signature|cert|pem|session)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_CAMEL: Final = lazy(r"(?<=[a-z0-9])(?=[A-Z])")
_SECRET_VALUE: Final = lazy(
    r"[a-z][a-z0-9+.-]{0,30}://[^/@\s:]*:[^/@\s]*@"  # a URL with a password
    r"|(?:^|[\s=,;'\"])[^\s:@/]{1,256}:[^\s:@/]{1,1024}@(?!sha\d)"  # user:password@host, as Go and Python write it
    r"|-----BEGIN "  # PEM
    r"|eyJ[\w-]{8,}\.[\w-]+"  # JSON Web Token
    r"|\$(?:1|2[aby]?|5|6|7|y|gy|apr1|argon2\w*|scrypt|pbkdf2\S*)\$"  # crypt(5), htpasswd
    r"|\{(?:SHA|SSHA|CRYPT|MD5)\d*\}"  # LDAP
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{15,}|\bxox[abprs]-[\w-]{10,}"
    r"|\bsk[-_][\w-]{20,}|\bAIza[\w-]{30,}"
    r"|\b(?:bearer|basic)\s+[\w+/=.~-]{8,}"
    r"|(?:pass(?:wd|word|phrase)?|pwd|secret|token|api[_-]?key)\s*[=:]\s*\S",
    re.IGNORECASE,
)
_OPAQUE: Final = lazy(r"[A-Za-z0-9+/_=-]{24,}")
_DIGEST: Final = lazy(r"(?:sha(?:1|224|256|384|512):)[0-9a-f]{40,128}")
_UUID: Final = lazy(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MIXED: Final = 2
_HEX: Final = lazy(r"[0-9a-fA-F]{32,}")
_MEAN_WORD: Final = 4.5  # letters, of words as people write them
# Names under which runtimes and compose write hashes and identifiers of their own, which open nothing.
_HARMLESS: Final = lazy(
    r"com\.docker\.compose\.(?:config-hash|image|project|service|container-number|oneoff|depends_on|version|replace)"
    r"|io\.kubernetes\.(?:pod|container|sandbox|docker)[\w.-]*|org\.opencontainers\.image\.[\w.]+"
    r"|pod-template-hash|controller-revision-hash|controller-uid|batch\.kubernetes\.io/controller-uid|controller-revision"
)


def looks_secret(name: str, value: str) -> bool:
    """Say whether a label looks like a password, a key, a token or another credential."""
    if len(name) > LONGEST or len(value) > LONGEST or _SECRET_VALUE.search(value) or _SECRET_VALUE.search(name):
        return True
    if _HARMLESS.fullmatch(name):
        return False
    # Digits end a word as a stroke does: key1.
    words = re.sub(r"[\d_]+", ".", _CAMEL.sub(".", name))
    return _SECRET_WORD.search(words) is not None or _opaque(value) or _opaque(name)


def _opaque(value: str) -> bool:
    """Say whether a text holds a long run without meaning: random bytes in hexadecimal or base64."""
    plain = _UUID.sub(" ", _DIGEST.sub(" ", value))
    return any(_random(match[0]) for match in _OPAQUE.finditer(plain))


def _random(run: str) -> bool:
    """Return whether no person would write a run of letters: hexadecimal, or two of small letters, capitals and digits mixed."""
    if _HEX.search(run):
        return True
    kinds = sum(re.search(kind, run) is not None for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds >= _MIXED and not reads_well(run)


def reads_well(run: str) -> bool:
    """Say whether words make up the run, as in a path: random text changes its kind of letter more often."""
    words = [word for word in re.split(r"[/_=+-]|(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])", run) if word]
    return len(words) * _MEAN_WORD <= len(run)


def labels_kept(labels: Json) -> Iterator[tuple[str, str | None]]:
    """Yield the labels of an object as (name, value), and last how many were left out.

    The names of these labels are left out, too.
    """
    left_out = 0
    for name, value in labels.items() if isinstance(labels, dict) else ():
        if looks_secret(str(name), "" if value is None else str(value)):
            left_out += 1
        else:
            yield str(name), None if value is None else str(value)
    if left_out:
        yield f"({left_out} left out: {'it looks' if left_out == 1 else 'they look'} like a credential)", None
