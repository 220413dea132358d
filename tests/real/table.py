"""Writes docs/truth.md: every damage of every lab of real programs, by one fixed seed: ``python -m tests.real.table``.

It takes about a quarter of an hour. With names of topologies it judges those alone, and leaves the other rows as they are.
"""

import re
import sys
from pathlib import Path
from typing import Final

from podpath.lab.load import load
from tests.real.bench import Bench
from tests.real.court import COLUMNS, Tally
from tests.real.damages import damages, judged

PAGE: Final = Path(__file__).parents[2] / "docs" / "truth.md"
SEED: Final = 16
PAIRS: Final = 32
HEAD: Final = f"""\
# How often podpath is right

Real packets judge: labs that real programs run ([lab-real.md](lab-real.md)), healthy and with each of the damages in
`tests/real/damages`. Of a healthy lab every flow is sent (TCP, UDP and ICMP between pods, nodes, a host
outside, services, node ports and published ports) and walked through a capture of the same kernels; of a damaged one those of
{PAIRS} pairs of ends, most of them near the damage. A flow is *right* if outcome, error, the end that answers and the source
address that this end sees are what the walk says.

This page is written by `python -m tests.real.table` (seed {SEED}, about a quarter of an hour). The long tests do the same with
fewer damages, this seed and a fresh one: `pytest -m '' tests/real/test_truth.py`; `PODPATH_DAMAGES=0` tries all damages,
`PODPATH_SEED=N` repeats a fresh seed.

"""
MEANINGS: Final = """
| column | meaning |
| --- | --- |
| right | the walk says what was seen |
| unknown | the walk says that it does not know, and why |
| wrong | one says delivered and the other does not, or another end, or another source |
| kind | both say that it is not delivered, but not with the same error |
| known | wrong or of another kind, with a reason beside the damage |
| named, misnamed | lost flows whose trace gives a cause of the damage, or another one |
| typed | commands of fixes that were typed on the broken lab; afterwards the packets pass, or the rest of the fix is words |

The network between the nodes is never captured here. Only small packets are sent: `tests/walk` and the faults of the
[lab](lab-faults.md) judge the MTU. `tests/walk/test_lab_truth.py` judges topologies that the lab itself writes.

A capture has what the kernels hold, which program holds each socket, and what Docker or podman say of their containers.
The faults of a Docker host (`tests/walk/test_docker_faults.py`) judge what else a program does with a connection that it takes.
"""


ROW: Final = re.compile(r"^\| `([\w-]+)` \| (\d+) \| (.*) \|$", re.MULTILINE)
"""A row of the page: topology, damages, numbers."""


def rows() -> dict[str, tuple[int, list[int]]]:
    """Return what the page says of each topology: its damages, and the numbers below ``COLUMNS``."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return {match[1]: (int(match[2]), [int(word) for word in match[3].split(" | ")]) for match in ROW.finditer(text)}


def judge(topology: str) -> Tally:
    """Judge a lab, healthy and with every damage; tell what is not as it should be."""
    with Bench(topology) as bench:
        for damage in damages(topology):
            for told in bench.try_one(damage, (SEED,), PAIRS):
                print(f"{topology}: {told}", file=sys.stderr)  # noqa: T201 - the output of this program
        for told in bench.tally.against:
            print(f"{topology}: {told}", file=sys.stderr)  # noqa: T201 - as above
        return bench.tally


def page(found: dict[str, tuple[int, list[int]]]) -> str:
    """Return the page."""
    total = [sum(column) for column in zip(*(numbers for _, numbers in found.values()), strict=True)]
    lines = [
        f"| topology | damages | {' | '.join(COLUMNS)} |",
        f"| --- |{' ---: |' * (len(COLUMNS) + 1)}",
        *(f"| `{name}` | {count} | {' | '.join(map(str, numbers))} |" for name, (count, numbers) in sorted(found.items())),
        f"| all | {sum(count for count, _ in found.values())} | {' | '.join(map(str, total))} |",
    ]
    titles = [f"- `{name}`: {load(name).title}" for name in sorted(found)]
    known = [f"- `{name}`, {one.name}: {one.reason}" for name in sorted(found) for one in damages(name) if one.reason]
    missing = [f"`{name}`" for name in judged() if name not in found]
    absent = ["", f"Not measured for this page, though the long tests judge them: {', '.join(missing)}."] if missing else []
    return "\n".join([HEAD + "\n".join(lines), MEANINGS, *titles, *absent, "", "Known differences:", "", *known]) + "\n"


def main(names: list[str]) -> None:
    """Judge topologies, all or those that are named, and write their rows into the page."""
    for name in names or judged():
        tally = judge(name)
        PAGE.write_text(page(rows() | {name: (len(damages(name)), tally.numbers)}), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
