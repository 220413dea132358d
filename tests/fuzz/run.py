"""Fuzz one target: ``python -m tests.fuzz.run TARGET SECONDS [SEED] [FOLDER]``.

Atheris (libFuzzer) follows the coverage of podpath's own code. What it finds on the way is kept in FOLDER, beside the corpus of
the repository; an input that is a fault is written there as ``crash-…``, with its traceback on standard error.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["podpath"]):
    from tests.fuzz.target import CORPUS, WORDS, Target, target

_SLOWEST = 20
"""Seconds after which an input counts as a hang."""


def main() -> None:
    """Fuzz until the time is over, or an input is a fault."""
    name, seconds, *rest = sys.argv[1:]
    seed, place = (*rest, *("0", "")[len(rest) :])
    with atheris.instrument_imports(include=["podpath"]):
        found = target(name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(place or scratch)
        _begin(found, folder)
        kept, words = CORPUS / name, WORDS / name
        options = [
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            f"-max_len={found.longest}",
            f"-timeout={_SLOWEST}",
            "-rss_limit_mb=4096",
            f"-artifact_prefix={folder}/",
            "-print_final_stats=1",
            "-use_value_profile=1",
            *([f"-dict={words}"] if words.is_file() else []),
        ]
        atheris.Setup([sys.argv[0], *options, str(folder), *([str(kept)] if kept.is_dir() else [])], found.one)
        atheris.Fuzz()


def _begin(found: Target, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(found.seeds()):
        (folder / f"seed-{number}").write_bytes(seed[: found.longest])


if __name__ == "__main__":
    main()
