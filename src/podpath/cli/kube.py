"""A cluster into a store by ``kubectl``: its objects (tier 0), then the nodes that the question needs (docs/kubernetes.md)."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.api.errors import UserError
from podpath.cli.endings import not_counted, tell
from podpath.cli.kube_nodes import Ask, read_nodes
from podpath.cli.kube_options import Kube
from podpath.language import tr
from podpath.state.pattern import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from podpath.collect.kube.resources import Listed
    from podpath.snapshot.store import Store

_OBJECTS: Final = "kubernetes"
_NAMESPACE: Final = lazy(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
"""What the API server takes for the name of a namespace (RFC 1123); files are called after it."""


def fetch(store: "Store", kube: Kube, ask: Ask) -> None:
    """Ask a cluster, and add what it says to a store; what it does not say is in it as missing.

    Args:
        store: the store.
        kube: which cluster, and what of it.
        ask: asks its nodes.

    Raises:
        UserError: there is no kubectl, or no cluster answers.
    """
    from podpath.snapshot.leftovers import folder

    try:
        with not_counted():
            with folder() as here:
                _objects(store, kube, here)
            if not kube.objects_only:
                read_nodes(store, kube, ask)
    except FileNotFoundError as error:
        if error.filename != "kubectl":
            raise
        raise UserError(tr("there is no kubectl on this machine: https://kubernetes.io/docs/tasks/tools/")) from None


def _objects(store: "Store", kube: Kube, here: Path) -> None:
    from podpath.collect.kube.resources import OWNERS, listed

    refused: dict[str, str] = {}
    read = 0
    for answer in listed(kube.kubectl, here, _namespaces(kube, here), OWNERS if kube.owners else ()):
        if answer.absent:
            _none(store, answer)
        elif (problem := _problem(store, answer)) is None:
            read += 1
        else:
            refused[answer.called] = problem
            _missing(store, answer, problem)
    store.flush()
    if not read:
        context = f" (context {kube.kubectl.context})" if kube.kubectl.context is not None else ""
        raise UserError(tr("the cluster cannot be read{context}: {values}", context=context, values=next(iter(refused.values()))))
    for called, problem in refused.items():
        tell(tr("{called}: not read: {problem}", called=called, problem=problem))


def _namespaces(kube: Kube, here: Path) -> tuple[str, ...]:
    """Return the namespaces that the question and the context name: somebody may have rights in those alone."""
    file = here / "namespace"
    words = ["config", "view", "--minify", "-o", "jsonpath={.contexts[0].context.namespace}"]
    own = file.read_text(errors="replace").strip() if kube.kubectl.run(words, file) is None else ""
    named = dict.fromkeys([own or "default", *map(_namespace_of, kube.asked)])
    return tuple(name for name in named if name is not None and _NAMESPACE.fullmatch(name))


def _namespace_of(word: str) -> str | None:
    """Return the namespace that a word of a question names, or None if it names none."""
    from podpath.walk.diagnosis.services import split
    from podpath.walk.endpoints import split_port
    from podpath.walk.workloads import owner, plain

    word = plain(word)
    service, named = split(word), owner(word)
    if service is not None:
        return service[0]
    if named is not None:
        return named.namespace
    namespace, slash, _ = split_port(word)[0].partition("/")
    return namespace if slash else None


def _problem(store: "Store", answer: "Listed") -> str | None:
    """Add an answer to the store, or return why it is no list."""
    if answer.file is None:
        return answer.failed.text if answer.failed is not None else ""
    try:
        return load_list(store, answer.words, answer.file)
    finally:
        answer.file.unlink()


def load_list(store: "Store", words: "Sequence[str]", file: Path) -> str | None:
    """Add a list of objects to a store, or return why it is none.

    Args:
        store: the store.
        words: the command that printed it.
        file: what it printed.
    """
    import orjson

    from podpath.api.live import no_collection
    from podpath.snapshot.load import load_document

    with no_collection():
        try:
            document = orjson.loads(file.read_bytes())
        except orjson.JSONDecodeError as error:
            return f"kubectl printed no JSON: {error}"
        if not _is_list(document):
            return "kubectl printed no list of objects"
        load_document(store, _OBJECTS, words, document)
    return None


def _is_list(document: object) -> bool:
    """Say whether a document lists objects: of another one, silence would mean that there are none."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return False
    return str(document.get("kind", "")).endswith("List") and all(isinstance(item, dict) for item in document["items"])


def _none(store: "Store", answer: "Listed") -> None:
    """Note that a cluster has no objects of a kind that it does not know."""
    from podpath.readers.kubectl import accepts

    ns = store.netns(store.node(_OBJECTS))
    store.add(ns, 0, [(0, part) for part in accepts(answer.words) or ()])


def _missing(store: "Store", answer: "Listed", problem: str) -> None:
    from podpath.state.host import Missing

    ns = store.netns(store.node(_OBJECTS))
    store.add(ns, 0, [(0, Missing(f"{answer.called}: {problem}", answer.command))])
