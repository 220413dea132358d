"""Chance, rates, memory and clocks: statistic, limit, hashlimit, recent, quota, time … (net/netfilter/xt_statistic.c …)."""

import re
from shlex import quote
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import V4, parse_ip
from podpath.walk.netfilter.answer import Answer, Chance, negate
from podpath.walk.netfilter.interface import Doubt, RuleHit
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match, Standing
from podpath.walk.netfilter.xtables.kinds import NUMBER, PLAIN, STRING, bare, bits_of, choice, mask_of, placed, words
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Kind, Option

_WHOLE: Final = 0x8000_0000
_PROBABILITY: Final = Kind(1, lambda text: round(float(text) * _WHOLE), lambda value: f"{value / _WHOLE:.11f}")
_UNITS: Final = {"s": "sec", "m": "min", "h": "hour", "d": "day"}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _read_rate(text: str) -> str:
    amount, slash, unit = text.partition("/")
    if not re.fullmatch(r"[0-9]+[a-z]*", amount):
        raise ValueError(tr('"{text}" is not a rate', text=text))
    if amount.endswith("b") or unit == "s":
        return text
    return f"{amount}/{_UNITS[unit[0]] if slash else 'sec'}"


_RATE: Final = Kind(1, _read_rate, str)
_SUFFIXES: Final = {
    "bit": 1, "kibit": 1024, "kbit": 1000, "mibit": 1024**2, "mbit": 1000**2, "gibit": 1024**3, "gbit": 1000**3, "tibit": 1024**4,
    "tbit": 1000**4, "bps": 8, "kibps": 8 * 1024, "kbps": 8000, "mibps": 8 * 1024**2, "mbps": 8 * 1000**2, "gibps": 8 * 1024**3,
    "gbps": 8 * 1000**3, "": 1,
}  # fmt: skip
"""Units of tc(8), in bits (suffixes[], extensions/libxt_rateest.c)."""


def _read_bits(text: str) -> int:
    """Return bytes a second."""
    match = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", text)
    if match is None or match[2].lower() not in _SUFFIXES:
        raise ValueError(tr('"{text}" is not a rate', text=text))
    return int(float(match[1]) * _SUFFIXES[match[2].lower()] / 8)


def _show_bits(value: int) -> str:
    bits = value * 8
    if bits >= 1000**3:
        return f"{bits / 1000**2:.0f}Mbit"
    return f"{bits / 1000:.0f}Kbit" if bits >= 1000**2 else f"{bits:.0f}bit"


_BITS: Final = Kind(1, _read_bits, _show_bits)
_BITS_OR_NONE: Final = _BITS._replace(optional=True)
_NUMBER_OR_NONE: Final = NUMBER._replace(optional=True)


def _statistic(asked: Asked, sight: Sight) -> Answer:
    del sight
    if asked.value("--mode") == "random":
        chance: Answer = _sure(asked.value("--probability", 0) / _WHOLE)
        return negate(chance) if asked.negated("--probability") else chance
    chance = _sure(1 / asked.value("--every", 1))
    return negate(chance) if asked.negated("--every") else chance


def _sure(share: float) -> Answer:
    """Return the chance; what always or never happens is none."""
    return share >= 1 if share <= 0 or share >= 1 else Chance(share)


def _limit(asked: Asked, sight: Sight) -> Answer:
    del asked, sight
    return True


def _hashlimit(asked: Asked, sight: Sight) -> Answer:
    del sight
    return "--hashlimit-above" not in asked


def _recent(asked: Asked, sight: Sight) -> Answer:
    """Ask the list that the kernel has printed (recent_mt); what the packet's own way has put there counts, too."""
    flag = next((flag for flag in ("--set", "--rcheck", "--update", "--remove") if flag in asked), "--set")
    found = True if flag == "--set" else _was_seen(asked, sight, forget=flag == "--remove")
    return negate(found) if asked.negated(flag) else found


def _was_seen(asked: Asked, sight: Sight, *, forget: bool) -> Answer:
    name = asked.value("--name", "DEFAULT")
    doubt = Doubt(tr("whether its address is in the list {name} of recent", name=name), f"cat /proc/net/xt_recent/{quote(name)}")
    entries = sight.recents.lists.get(name)
    if entries is None or len(sight.recents.asked.get(name, ())) > 1 or "--rttl" in asked:
        return doubt
    side = sight.packet.dst if "--rdest" in asked else sight.packet.src
    mask = bare(parse_ip(asked.value("--mask"))) if "--mask" in asked else mask_of(sight.family, bits_of(sight.family))
    seen = entries.get(placed(sight.family, bare(side) & mask))
    now = sum(_puts(hit, name) for hit in sight.met)  # packets that rules before this one have noted just now
    hits, seconds = asked.value("--hitcount", 0) or 1, asked.value("--seconds")
    if forget:
        return bool(seen or now)
    before = seen.packets if seen is not None and not (seconds and sight.recents.ran_out(seen, seconds)) else 0
    if now >= hits or (before + now >= hits and not seconds):
        return True
    if before + now < hits:
        return False
    return doubt._replace(
        reason=tr("whether the list {name} of recent saw its address in the last {seconds} seconds", name=name, seconds=seconds)
    )


def _puts(hit: RuleHit, name: str) -> bool:
    return " --set " in f"{hit.text} " and f" --name {name} " in f"{hit.text} "


def _doubt(what: str, command: str) -> Any:  # noqa: ANN401 - a function of the one type that Match wants
    def ask(asked: Asked, sight: Sight) -> Answer:
        del asked, sight
        return Doubt(what, command)

    return ask


def _passes(asked: Asked, sight: Sight) -> Answer:
    del asked, sight
    return True


def _statistic_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    del family
    if "--every" in given:
        given.setdefault("--packet", Given(0))
    return given


def _limit_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Add the rate; a burst of five is not printed."""
    del family
    given.setdefault("--limit", Given("3/hour"))
    if given.get("--limit-burst") == Given(5):
        del given["--limit-burst"]
    return given


def _hashlimit_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    del family
    rate = given.get("--hashlimit-upto") or given.get("--hashlimit-above")
    if rate is not None and not re.match(r"[0-9]+[km]?b", rate.value):
        given.setdefault("--hashlimit-burst", Given("5"))
    return given


def _recent_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    given.setdefault("--name", Given("DEFAULT"))
    mask = "255.255.255.255" if family == V4 else "ffff:" * 7 + "ffff"
    given.setdefault("--mask", Given(mask))
    if "--rdest" not in given:
        given.setdefault("--rsource", Given(value=True))
    return given


def _clock(text: str) -> str:
    parts = [int(part) for part in text.split(":")]
    return ":".join(f"{part:02d}" for part in (*parts, 0, 0)[:3])


def _date(text: str) -> str:
    day, _, clock = text.partition("T")
    parts = [*day.split("-"), "01", "01"][:3]
    return f"{'-'.join(f'{int(part):02d}' for part in parts)}T{_clock(clock or '00:00:00')}"


def _day_list(text: str) -> tuple[str, ...]:
    found = {_DAYS[int(part) - 1] if part.isdecimal() else part[:3].capitalize() for part in text.split(",")}
    return tuple(day for day in _DAYS if day in found)


def _time_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Write negated days as the other ones, and the last moment of the clock (libxt_time.c)."""
    del family
    for flag, every in (("--weekdays", _DAYS), ("--monthdays", tuple(str(day) for day in range(1, 32)))):
        days = given.get(flag)
        if days is not None and days.negated:
            given[flag] = Given(tuple(day for day in every if day not in days.value))
    given.setdefault("--datestop", Given("2038-01-19T03:14:07"))
    return given


_COMMA: Final = Kind(1, lambda text: tuple(text.split(",")), ",".join)

MATCHES: Final = (
    Match(
        "statistic",
        (
            Option("--mode", choice("random", "nth")),
            Option("--probability", _PROBABILITY),
            Option("--every", NUMBER),
            Option("--packet", NUMBER),
        ),
        _statistic,
        "as a probability, `nth` too",
        complete=_statistic_defaults,
    ),
    Match(
        "limit",
        (Option("--limit", _RATE), Option("--limit-burst", NUMBER)),
        _limit,
        "assumed to match",
        Standing.ASSUMED,
        complete=_limit_defaults,
    ),
    Match(
        "hashlimit",
        (
            Option("--hashlimit-upto", _RATE, ("--hashlimit",)),
            Option("--hashlimit-above", _RATE),
            Option("--hashlimit-burst", PLAIN),
            Option("--hashlimit-mode", words(("srcip", "srcport", "dstip", "dstport"))),
            Option("--hashlimit-name", PLAIN),
            Option("--hashlimit-htable-size", NUMBER),
            Option("--hashlimit-htable-max", NUMBER),
            Option("--hashlimit-htable-gcinterval", NUMBER),
            Option("--hashlimit-htable-expire", NUMBER),
            Option("--hashlimit-srcmask", NUMBER),
            Option("--hashlimit-dstmask", NUMBER),
            Option("--hashlimit-rate-match", FLAG),
            Option("--hashlimit-rate-interval", NUMBER),
        ),
        _hashlimit,
        "the rate is assumed to be below the limit",
        Standing.ASSUMED,
        complete=_hashlimit_defaults,
    ),
    Match(
        "recent",
        (
            Option("--set", FLAG),
            Option("--rcheck", FLAG),
            Option("--update", FLAG),
            Option("--remove", FLAG),
            Option("--seconds", NUMBER),
            Option("--reap", FLAG),
            Option("--hitcount", NUMBER),
            Option("--rttl", FLAG),
            Option("--name", STRING),
            Option("--mask", PLAIN),
            Option("--rsource", FLAG),
            Option("--rdest", FLAG),
        ),
        _recent,
        "from `/proc/net/xt_recent`; whether `--seconds` have passed, and `--rttl`, are unknown",
        complete=_recent_defaults,
    ),
    Match("quota", (Option("--quota", NUMBER),), _doubt("how much of its quota is left", ""), standing=Standing.UNKNOWN),
    Match(
        "time",
        (
            Option("--timestart", Kind(1, _clock, str)),
            Option("--timestop", Kind(1, _clock, str)),
            Option("--monthdays", _COMMA),
            Option("--weekdays", Kind(1, _day_list, ",".join)),
            Option("--datestart", Kind(1, _date, str)),
            Option("--datestop", Kind(1, _date, str)),
            Option("--kerneltz", FLAG),
            Option("--contiguous", FLAG),
        ),
        _doubt("the time at which the packet arrives", "date"),
        standing=Standing.UNKNOWN,
        complete=_time_defaults,
    ),
    Match("nfacct", (Option("--nfacct-name", STRING),), _passes, "it counts", Standing.PASSES),
    Match("comment", (Option("--comment", STRING),), _passes, "a comment for people", Standing.PASSES),
    Match(
        "rateest",
        (
            Option("--rateest-delta", FLAG),
            Option("--rateest", PLAIN),
            Option("--rateest1", PLAIN),
            Option("--rateest-bps1", _BITS),
            Option("--rateest-pps1", NUMBER),
            Option("--rateest-lt", FLAG),
            Option("--rateest-gt", FLAG),
            Option("--rateest-eq", FLAG),
            Option("--rateest-bps", _BITS_OR_NONE),
            Option("--rateest-pps", _NUMBER_OR_NONE),
            Option("--rateest-bps2", _BITS),
            Option("--rateest-pps2", NUMBER),
            Option("--rateest2", PLAIN),
        ),
        _doubt("the rate of its estimator", ""),
        standing=Standing.UNKNOWN,
    ),
)
