"""The project's own files, as git would see them in a commit."""

import ast
import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
APPS = ["districts", "inventory", "campaigns", "reports", "config"]  # each may import those before it


@cache
def files(*suffixes):
    """Paths of tracked and new files (not ignored ones), narrowed to the suffixes."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = sorted(PROJECT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def relative(path):
    return path.relative_to(PROJECT).as_posix()


@cache
def modules():
    """{dotted name: path} of every module of the apps, without migrations."""
    found = {}
    for path in files(".py"):
        parts = path.relative_to(PROJECT).with_suffix("").parts
        if parts[0] in APPS and "migrations" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(name):
    """The project's modules that a module imports, wherever in its text: a function's import counts."""
    path = modules()[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _known(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                yield from _known(f"{base}.{alias.name}")


def _known(name):
    """The longest beginning of a dotted name that is a module of ours."""
    while name:
        if name in modules():
            yield name
            return
        name = name.rpartition(".")[0]
