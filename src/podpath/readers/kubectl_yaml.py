"""``kubectl get … -o yaml``: objects of the Kubernetes API in YAML."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from podpath.readers.interface import Item, Json, Reader
from podpath.readers.kubectl import SHAPES, object_rows, objects, shown_as
from podpath.readers.options import bad
from podpath.state.address import Mac, parse_ip, parse_mac
from podpath.state.evidence import LEFT_OUT, Coverage
from podpath.state.kube import KubeNode
from podpath.state.pattern import lazy

if TYPE_CHECKING:
    import yaml

_ITEM: Final = lazy(r"- \S")
_ALIAS: Final = lazy(r"(?:^|[\s\[{,:])\*[^\s*]", re.MULTILINE)
"""What may be an alias; inside of texts, it is none."""
_START: Final = lazy(r"(?:apiVersion|kind): \S|---\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``kubectl get … -o yaml``, and the same of calicoctl."""
    return shown_as(words, "yaml")


def _load(text: str) -> tuple[list[Json], tuple[int, str] | None]:
    """Return the documents, and the line and reason where reading had to end."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents: list[Json] = []
    try:
        if _ALIAS.search(text) and (line := _alias(yaml.parse(text, Loader=loader))) is not None:
            return documents, (line, "it repeats a part of itself by an alias, which kubectl never prints")
        # `yaml.load` with a safe loader: it makes nothing but plain values.
        documents.extend(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return documents, (mark.line if mark is not None else 0, "it is not YAML from this line on")
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return documents, (0, f"it cannot be read as YAML: {type(error).__name__}")
    return documents, None


def _alias(events: "Iterable[yaml.Event]") -> int | None:
    """Return the line of the first alias: nine that name nine others each are a billion values."""
    import yaml

    marks = (event.start_mark for event in events if isinstance(event, yaml.AliasEvent))
    return next((mark.line if mark is not None else 0 for mark in marks), None)


def _indexes(lines: Sequence[str], expected: int) -> list[int]:
    """Return the line that each item of a list begins at; all zeroes when they cannot be told."""
    found = [index for index, line in enumerate(lines) if _ITEM.match(line)]
    return found if len(found) == expected else [0] * expected


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the documents; the part before a damaged line is still read."""
    del words
    if not any(_START.match(line) or line.startswith(("items:", "- ")) for line in lines) and any(
        _NOTE.match(line) for line in lines
    ):
        yield from _notes(lines)
        return
    lines = ["" if LEFT_OUT.match(line) else line for line in lines]
    documents, damage = _load("\n".join(lines))
    if damage is not None:
        index, reason = min(damage[0], max(len(lines) - 1, 0)), damage[1]
        if lines:
            yield index, bad("kubectl get -o yaml", reason)
        if not documents and index > 0:
            documents, _ = _load("\n".join(lines[:index]))
    each = [item for document in documents if document is not None for item in objects(document)]
    for index, item in zip(_indexes(lines, len(each)), each, strict=True):
        yield from object_rows(index, item)


_NOTE: Final = lazy(
    r"\s*(?:flannel\.alpha\.coreos\.com/(?:backend-data: '?(?P<data>\{.*\})'?|public-ip: \"?(?P<public>[0-9a-fA-F.:]+)\"?)"
    r"|name: (?P<name>\S+))\s*$"
)


def _notes(lines: Sequence[str]) -> Iterator[Item]:
    """Read flannel's annotations of one node after another, as ``grep`` leaves them; a node goes by its address."""
    mac: Mac | None = None
    first = 0
    for index, line in enumerate(lines):
        match = _NOTE.match(line)
        if match is None or match["name"] is not None:
            continue
        if match["data"] is not None:
            first = index
            try:
                mac = parse_mac(json.loads(match["data"])["VtepMAC"])
            except (ValueError, KeyError, TypeError):
                mac = None
        else:
            yield first or index, KubeNode(match["public"], vtep_mac=mac, public_ip=parse_ip(match["public"]))
            mac, first = None, 0


READER: Final = Reader(
    name="kubectl get -o yaml",
    accepts=accepts,
    starts=lazy(
        r"apiVersion: (?:v1|(?:apps|batch)/v1|(?:crd\.)?projectcalico\.org/v\d"
        r"|(?:discovery|networking|policy\.networking)\.k8s\.io/v1(?:(?:alpha|beta)\d)?)\s*$"
    ),
    continues=lazy(_START.pattern),
    read=read,
    shape_coverage=SHAPES,
    whole=True,
)
