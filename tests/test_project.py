"""The project keeps its own promises: every module has tests, and nothing names one particular machine."""

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "podpath"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))

# Put together here, so that this file does not hold what it looks for. A folder counts where a path begins, and a
# host where a name ends.
FOLDERS = ("root", "work", "workspace", "tmp/bash" + "_jobs")
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "proxy.golang" + ".org",
    "index.crates" + ".io",
    "static.crates" + ".io",
    "deb.debian" + ".org",
    "archive.ubuntu" + ".com",
    "ghcr" + ".io",
)
FORBIDDEN = re.compile(
    r"(?<![\w./~-])/(?:{})(?:/|\b(?=[\"'`\s,;:)]))|\b(?:{})\b".format(
        "|".join(FOLDERS), "|".join(re.escape(host) for host in HOSTS)
    )
)


def has_functions(path: Path) -> bool:
    """Whether a module does anything: one that only declares types and constants leaves nothing to test."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(tree))


def places_for_tests(module: Path) -> list[str]:
    """Name the patterns below tests/ of which one must match for a module to count as tested."""
    name = module.stem.lstrip("_")
    # A file of cases is named after the module, or after the check that the module holds.
    cases = [f"cases/{spelling}{end}" for spelling in {name, name.replace("_", "-")} for end in ("", ".*")]
    of_family = [str(module.parent.parent / case.replace("cases/", f"cases/{module.parent.name}/")) for case in cases]
    return [*(str(module.parent / place) for place in (f"test_{name}.py", *cases)), *of_family]


def is_tested(module: Path, tests: Path = ROOT / "tests") -> bool:
    """Whether a module needs no tests of its own or has them in the place that mirrors it."""
    if module.stem.startswith("__") or (module.parts[0] == "state" and not has_functions(PACKAGE / module)):
        return True
    if module.parts[0] == "causes" and len(module.parts) > 2:  # words: tests/causes/test_registry.py reads all of them
        return True
    return any(any(tests.glob(place)) for place in places_for_tests(module))


def project_files() -> list[Path]:
    """List the files that git tracks, or would."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"not a git checkout: {error.stderr.decode().strip()}")
    paths = (ROOT / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name)
    return [path for path in paths if path.is_file()]


def make_targets() -> set[str]:
    """Name the targets of the Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_module_has_a_test_file_that_mirrors_it() -> None:
    """src/podpath/readers/a.py is tested by tests/readers/test_a.py or by cases in tests/readers/cases/a.*."""
    missing = {str(module): places_for_tests(module)[0] for module in MODULES if not is_tested(module)}
    assert missing == {}, "\n".join(f"src/podpath/{module} wants tests/{place}" for module, place in missing.items())


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("see /" + "root/.kube/config", True),
        ('cd "/' + 'work/main"', True),
        ("https://files.python" + "hosted.org/x", True),
        ("the [root@h ~]# prompt, /var/lib/root/x, network/" + "work/x", False),
        ("/etc/cni/net.d and docker.io/library/busybox", False),
    ],
)
def test_forbidden_words_are_told_from_harmless_ones(*, text: str, held: bool) -> None:
    """What the next test looks for is found, and what only resembles it is not."""
    assert bool(FORBIDDEN.search(text)) is held


def test_no_file_names_one_machine_or_a_package_registry() -> None:
    """Where packages come from, and where the checkout lies, is the business of whoever runs podpath."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match.group()}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        for match in FORBIDDEN.finditer(line)
    ]
    assert found == []


def test_what_the_readme_tells_to_make_can_be_made() -> None:
    """The README leads with `make demo` and `make test`, and each target that it names exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^\s*(?:[$#] )?|`)make ([a-z][a-z-]*)", readme, re.MULTILINE))
    assert named >= {"demo", "test"}
    assert named <= make_targets()


def test_each_rule_that_ruff_ignores_has_its_reason() -> None:
    """A rule that is switched off says why on its own line."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    settings = tomllib.loads("\n".join(lines))["tool"]["ruff"]["lint"]
    rules = [*settings["ignore"], *(rule for rules in settings["per-file-ignores"].values() for rule in rules)]
    explained = [match.group(1) for line in lines if (match := re.match(r'\s+"([A-Z]+\d*)", # \w', line))]
    assert sorted(explained) == sorted(rules)


def test_scripts_can_be_run() -> None:
    """Scripts that people start by name are executable, and their shells accept them."""
    for script, shell in (
        ("tools/bootstrap", "sh"),
        ("tools/fresh", "sh"),
        ("tools/make_deb", "sh"),
        ("tools/make_image", "sh"),
        (".ci/run", "bash"),
    ):
        assert os.access(ROOT / script, os.X_OK), script
        subprocess.run([shell, "-n", ROOT / script], check=True, timeout=10)
