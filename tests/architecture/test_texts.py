"""What must not stand in any committed file."""

import ast
import re
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import PROJECT, files, relative, tree

pytestmark = pytest.mark.once

TEXTS = (".py", ".md", ".txt", ".toml", ".html", ".css", ".js", ".svg", ".po", ".csv", ".json", ".yml", "")

INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an on… handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "something from another host": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I
    ),
}
TEMPLATE_TAG = re.compile(r"{%.*?%}", re.S)
# A JSON block is data, which the policy does not run.
DATA_BLOCK = re.compile(r"<script[^>]*type=[\"']application/(?:ld\+)?json[\"'][^>]*>", re.I)

# Written in pieces, so that this file does not find itself.
MACHINE = {
    "a folder of one machine": re.compile(r"(?<![\w.])/(?:work|root|home)/\w|(?<![\w.{}])/tm" + r"p/\w"),
    "the host of a package registry": re.compile(
        "|".join(
            [
                r"py" + r"pi\.org",
                r"python" + r"hosted\.org",
                r"deb\.deb" + r"ian\.org",
                r"npm" + r"js\.(org|com)",
            ]
        )
    ),
}


def templates():
    return files(".html")


@pytest.mark.parametrize("fault", INLINE)
def test_no_template_holds(fault):
    found = []
    for path in templates():
        text = TEMPLATE_TAG.sub("", DATA_BLOCK.sub("", path.read_text(encoding="utf-8")))
        found += [f"{relative(path)}: {match.group()[:80]}" for match in INLINE[fault].finditer(text)]
    assert not found, "\n".join(found)


def test_the_patterns_find_what_they_are_for():
    samples = {
        "an inline script": "<script>go()</script>",
        "an inline style sheet": "<style>p {}</style>",
        "a style attribute": '<p class="x" style="color: red">',
        "an on… handler": '<button type="button" onclick="go()">',
        "a javascript: address": '<a href="javascript:go()">',
        "something from another host": '<script src="https://cdn.example/x.js"></script>',
    }
    assert samples.keys() == INLINE.keys()
    for fault, sample in samples.items():
        assert INLINE[fault].search(sample), fault
    assert not INLINE["an inline script"].search('<script src="{% static "x.js" %}" defer></script>')


@pytest.mark.parametrize("fault", MACHINE)
def test_no_committed_file_names(fault):
    found = []
    for path in files(*TEXTS):
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if match := MACHINE[fault].search(line):
                found.append(f"{relative(path)}:{number}: {match.group()}")
    assert not found, "\n".join(found)


def test_every_requirement_is_pinned_and_has_a_reason():
    lines = [line for line in (PROJECT / "requirements.txt").read_text().splitlines() if line.strip()]
    wrong = [
        line
        for line in lines
        if not line.startswith("#") and not re.fullmatch(r"[\w.-]+==[\w.]+\s+# \S.{8,}", line)
    ]
    assert not wrong, "\n".join(wrong)
    assert len(lines) > 15


def requirements():
    return {
        name.lower() for name in re.findall(r"^([\w.-]+)==", (PROJECT / "requirements.txt").read_text(), re.M)
    }


def test_every_package_that_is_imported_is_required():
    """A package that only comes along with another one leaves when that one does."""
    owners = packages_distributions()
    missing = set()
    for path in files(".py"):
        for node in ast.walk(tree(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for top in {name.split(".")[0] for name in names} & owners.keys():
                if not {owner.lower() for owner in owners[top]} & requirements():
                    missing.add(f"{relative(path)} imports {top} (of {', '.join(set(owners[top]))})")
    assert not missing, "\n".join(sorted(missing))


def test_no_requirement_is_named_twice():
    names = re.findall(r"^([\w.-]+)==", (PROJECT / "requirements.txt").read_text(), re.M)
    assert len(names) == len({name.lower() for name in names})
