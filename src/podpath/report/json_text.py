"""JSON for standard output: result types as they are, tuples with names as objects."""

from typing import Any

from podpath.state.finding import Finding
from podpath.state.visible import HIDDEN


def json_text(document: object) -> str:
    """Return a document as JSON, indented by two, with a newline at its end.

    Args:
        document: anything orjson takes; a ``NamedTuple`` becomes an object with its fields.

    Raises:
        TypeError: it holds something that is neither.
    """
    import orjson

    return seen(orjson.dumps(document, default=_fields, option=orjson.OPT_INDENT_2).decode()) + "\n"


def seen(text: str) -> str:
    """Return JSON with escapes for what a terminal would act on, or nobody could see; it says the same."""
    return HIDDEN.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever orjson does not know
    if isinstance(value, Finding):
        commands = [step.command for step in value.fix if step.command is not None]
        listed = [{"node": one.node, "netns": one.netns, "argv": one.argv, "text": one.text} for one in commands]
        return {**value._asdict(), "fix": value.fix_lines, "commands": listed}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields: dict[str, Any] = value._asdict()
        return fields
    raise TypeError(type(value).__name__)  # orjson tells it in its own words
