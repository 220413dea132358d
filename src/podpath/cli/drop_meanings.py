"""What the kernel's drop reasons mean for one trace: the pages of reasons, and what its causes lead to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from podpath.state.drop import Meaning
    from podpath.state.trace import Trace


def meanings(trace: "Trace") -> "Callable[[str], Meaning]":
    """Return what the kernel's reasons mean for a trace: a cause belongs to the reasons of those that it leads to, too."""
    from podpath.causes.registry import cause, names
    from podpath.explain.drop_reasons import meaning_of

    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    found = {branch.cause.check for leg in legs for branch in leg.branches if branch.cause is not None}
    leads = {name: cause(name).leads_to for name in found & set(names())}

    def meaning(reason: str) -> "Meaning":
        known = meaning_of(reason)
        further = (name for name, causes in leads.items() if name not in known.causes and causes.intersection(known.causes))
        return known._replace(causes=(*known.causes, *further))

    return meaning
