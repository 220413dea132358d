"""The reader's language: messages are English in the code, and looked up in the catalog of another one where it is chosen.

Catalogs are gettext's: ``zh_CN/LC_MESSAGES/podpath.po``, and beside it the ``.mo`` that ``tools/write_catalog.py`` makes of it. A
message that a catalog lacks stays English. What programs read (JSON, SARIF, JUnit, MCP) is English in every language.
"""

from collections.abc import Mapping
from gettext import GNUTranslations
from typing import Final, TypeVar

T = TypeVar("T")
LANGUAGES: Final = ("en", "zh_CN")
"""Languages by the names of their locales."""
_TAGS: Final = {
    "zh": "zh_CN", "zh_cn": "zh_CN", "zh_sg": "zh_CN", "zh_hans": "zh_CN", "zh_hans_cn": "zh_CN",
    "en": "en", "c": "en", "posix": "en",
}  # fmt: skip
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


class _Chosen:
    """What is chosen in this process."""

    name = "en"
    catalog: GNUTranslations | None = None


def language_of(tag: str) -> str | None:
    """Return the language that a tag (``zh``, ``zh-CN``, ``zh_CN.UTF-8``) stands for, or None if there is no catalog of it."""
    name = tag.partition(".")[0].partition("@")[0].replace("-", "_").lower()
    return _TAGS.get(name) or ("en" if name.startswith("en_") else None)


def preferred(environment: Mapping[str, str]) -> str:
    """Return the language that the environment asks for, as gettext(3) has it.

    Of LC_ALL, LC_MESSAGES and LANG the first that is set is the locale. LANGUAGE is a list of languages that are preferred to it,
    unless the locale is C.
    """
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "C")
    if locale.partition(".")[0] in {"C", "POSIX"}:
        return "en"
    wished = [tag for tag in environment.get("LANGUAGE", "").split(":") if tag]
    return next((found for tag in (*wished, locale) if (found := language_of(tag)) is not None), "en")


def choose(name: str) -> None:
    """Speak a language of ``LANGUAGES`` from now on, in this process."""
    _Chosen.name = name
    _Chosen.catalog = None if name == "en" else _catalog(name)


def chosen() -> str:
    """Return the language that is spoken."""
    return _Chosen.name


def _catalog(name: str) -> GNUTranslations:
    from importlib.resources import files

    with files(__package__).joinpath(name, "LC_MESSAGES", "podpath.mo").open("rb") as file:
        return GNUTranslations(file)


def marked(messages: T) -> T:
    """Return messages as they are: no language is chosen yet where they stand, and they are translated where they are used."""
    return messages


def tr(message: str, /, **values: object) -> str:
    """Return a message in the chosen language, with values in its blanks.

    Args:
        message: the English one: a template if there are values, otherwise the text itself.
        values: what stands in the blanks, by their names.
    """
    if _Chosen.catalog is not None and message:
        message = _Chosen.catalog.gettext(message)
    return message.format_map(values) if values else message
