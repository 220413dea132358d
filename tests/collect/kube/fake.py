"""A program that stands for kubectl where no cluster is needed: it answers as the real one was seen to answer."""

import json
import sys
from pathlib import Path
from typing import Final, NamedTuple

FORBIDDEN: Final = 'Error from server (Forbidden): pods is forbidden: User "reader" cannot list resource "pods" in API group "" at the cluster scope'  # noqa: E501 - as it is printed
NO_RESOURCE: Final = 'error: the server doesn\'t have a resource type "adminnetworkpolicies"'
NO_SHELL: Final = (
    "error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: "
    f'failed to start exec "{"0123456789abcdef" * 4}": OCI runtime exec failed: exec failed: unable to start container process: '
    'exec: "sh": executable file not found in $PATH: unknown'
)
REFUSED: Final = "The connection to the server 192.0.2.1:6443 was refused - did you specify the right host or port?"
ASKED: Final = "asked"
"""File beside the program with the words of each call, a line each."""
_PROGRAM: Final = """\
#!{python}
import json, os, re, sys, time
with open({asked!r}, "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
for pattern, out, error, status, late in json.load(open({answers!r})):
    if re.search(pattern, " ".join(sys.argv[1:])):
        if "exec" in sys.argv and (out or not status):
            mark = sys.stdin.readline().strip().removeprefix("mark=")
            pod = sys.argv[sys.argv.index("--") - 1]
            print(f"{{mark}} begin clock={{time.time()}} uid=0 boot=b netns={{pod}}", flush=True)
            out += f"{{mark}} end\\n" * (status == 0)
        time.sleep(late)
        sys.stdout.write(out.replace("STDIN", sys.stdin.read() if "STDIN" in out else ""))
        sys.stderr.write(error)
        sys.exit(status)
sys.exit(f"nobody said what to answer to {{sys.argv[1:]}}")
"""


class Answer(NamedTuple):
    """What is answered.

    Attributes:
        to: pattern of the words.
        out: what is printed, or what a shell there prints, between the marks of the script; ``STDIN`` stands for what came in.
        error: what is said on standard error.
        status: exit status; where a shell was asked, another one than 0 cuts its answer off.
        late: seconds that it takes.
    """

    to: str
    out: str = ""
    error: str = ""
    status: int = 0
    late: float = 0


def make(folder: Path, *answers: Answer) -> str:
    """Make the program, and return the PATH on which it is found."""
    folder.mkdir(exist_ok=True)
    said = folder / "answers.json"
    said.write_text(json.dumps(answers), encoding="utf-8")
    program = folder / "kubectl"
    program.write_text(_PROGRAM.format(python=sys.executable, answers=str(said), asked=str(folder / ASKED)), encoding="utf-8")
    program.chmod(0o755)
    return str(folder)
