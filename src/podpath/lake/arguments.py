"""Arguments that name a lake: ``LAKE``, ``LAKE@monday``, ``LAKE@2026-11-30``, or the address of an object store."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.lake.place import LakeError, is_lake, open_lake

if TYPE_CHECKING:
    from podpath.lake.inventory import Moment
    from podpath.lake.place import Lake
    from podpath.snapshot.store import Store

_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHOWN: Final = 8


class LakeChoice(NamedTuple):
    """What options say of lakes.

    Attributes:
        cluster: the cluster that is meant, or None if the lake has only one.
        as_of: the day that is meant, or None for now.
        fresh: age in seconds up to which a capture says how a node is; none means a day.
    """

    cluster: str | None = None
    as_of: str | None = None
    fresh: float | None = None


def split(argument: str) -> tuple[str, str | None]:
    """Return the lake of an argument, and the day that stands behind an ``@``, if one does."""
    lake, at, day = argument.rpartition("@")
    if not at or Path(argument).exists() or day_of(day) is None:
        return argument, None
    return lake, day


def names_lake(argument: str) -> bool:
    """Say whether an argument names a lake; nothing else begins with a scheme, or has captures of clusters in it."""
    lake, _ = split(argument)
    return is_lake(lake)


def day_of(text: str) -> date | None:
    """Return the day that a word means (UTC): ``today``, ``yesterday``, the last ``monday``, ``2026-11-30``."""
    today = datetime.now(UTC).date()
    if text in ("today", "yesterday"):
        return today - timedelta(days=int(text == "yesterday"))
    if text in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(text)) % 7)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(choice: LakeChoice, day: str | None) -> "Moment":
    """Return the moment that an argument and the options mean.

    Raises:
        LakeError: it is no day.
    """
    from podpath.lake.inventory import FRESH, Moment
    from podpath.lake.upkeep import end_of

    fresh = choice.fresh or FRESH
    word = day or choice.as_of
    if word is None:
        return Moment(time.time(), fresh)
    meant = day_of(word)
    if meant is None:
        raise LakeError(f'"{word}" is no day; use 2026-11-30, monday, yesterday or today')
    return end_of(meant)._replace(fresh=fresh) if meant < datetime.now(UTC).date() else Moment(time.time(), fresh)


def clusters_of(lake: "Lake", choice: LakeChoice, moment: "Moment") -> list[str]:
    """Return the clusters that are meant: the one that was chosen, or all.

    Raises:
        LakeError: there is none.
    """
    from podpath.lake.inventory import clusters

    found = clusters(lake, moment)
    if not found:
        raise LakeError(f"{lake.url}: no captures of the week before {moment.day}; see podpath lake list {lake.url}")
    if choice.cluster is None:
        return found
    if choice.cluster not in found:
        raise LakeError(f'{lake.url}: no cluster "{choice.cluster}"; it has {_some(found)}')
    return [choice.cluster]


def _some(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def cluster_store(argument: str, choice: LakeChoice) -> "Store":
    """Return a store with the cluster that an argument names.

    Raises:
        LakeError: there is none, or there are several.
    """
    from podpath.lake.inventory import take_inventory
    from podpath.lake.load import ClusterLoader
    from podpath.snapshot.link_up import link_up
    from podpath.snapshot.store import Store

    text, day = split(argument)
    moment = moment_of(choice, day)
    lake = open_lake(text)
    try:
        found = clusters_of(lake, choice, moment)
        if len(found) > 1:
            raise LakeError(f"{text} has {len(found)} clusters ({_some(found)}): choose one with --cluster")
        loader = ClusterLoader(lake, take_inventory(lake, found[0], moment))
        store = Store()
        loader.fill(store)
        store.tune()
        store.lock()
        link_up(store)
    finally:
        lake.close()
    return store
