"""Imports run one way: config → reports → campaigns → inventory → districts, and downward inside an app."""

import pytest

from tests.architecture.sources import APPS, imports, modules

pytestmark = pytest.mark.once

# From the bottom up. A module may import its own layer and those before it, in its own app.
LAYERS = {
    "values": (
        "addresses append_only backdating errors expiry figures issuing names numbers prepared redistribution rules "
        "signals slugs sources spreadsheets table_files"
    ),
    "models": "models geometry",
    "selectors": "access audit audit_trail lookup people presets safety selectors tokens",
    "services": (
        "area_files boundaries fold fold_check fold_sql fold_verified giving identity imports ledger "
        "notice_mail notices services shipped tree"
    ),
    "presenters": "bodies exports forms pages presenters",
    "doors": (
        "admin api apps area_views import_urls management middleware receivers review_urls tasks templatetags "
        "urls views"
    ),
}
RANK = {word: rank for rank, words in enumerate(LAYERS.values()) for word in words.split()}
NAMES = list(LAYERS)

# Doors of an app are its own business: what two apps need lies below.
DOORS = {"views", "area_views", "forms", "api", "tasks", "admin"}
# How the whole API speaks (pages, tokens, CSV, ETags, errors): made once, at the bottom, for every app.
API_LANGUAGE = {
    f"districts.api.{name}"
    for name in ("conditional", "pagination", "parsers", "queries", "renderers", "schema", "tokens")
}


def edges():
    for name in modules():
        for target in set(imports(name)):
            if target != name:
                yield name, target


def app(name):
    return name.split(".")[0]


def part(name):
    return name.split(".")[1] if "." in name else ""


def test_there_are_modules_to_look_at():
    assert len(modules()) > 50
    assert len(list(edges())) > 100


def test_apps_import_one_way():
    wrong = [
        f"{name} imports {target}"
        for name, target in edges()
        if APPS.index(app(target)) > APPS.index(app(name))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_has_a_layer():
    unknown = {
        f"{app(name)}.{part(name)}"
        for name in modules()
        if app(name) != "config" and part(name) and part(name) not in RANK
    }
    assert unknown == set(), f"say in LAYERS which of {NAMES} these belong to"


def test_inside_an_app_imports_run_downward():
    wrong = [
        f"{name} ({NAMES[RANK[part(name)]]}) imports {target} ({NAMES[RANK[part(target)]]})"
        for name, target in edges()
        if app(name) == app(target) != "config"
        and {part(name), part(target)} <= RANK.keys()
        and RANK[part(target)] > RANK[part(name)]
    ]
    assert not wrong, "\n".join(wrong)


def test_nobody_imports_the_doors_of_another_app():
    wrong = [
        f"{name} imports {target}"
        for name, target in edges()
        if app(name) not in (app(target), "config") and part(target) in DOORS and target not in API_LANGUAGE
    ]
    assert not wrong, "\n".join(wrong)


def test_reports_never_calls_the_services_of_another_app():
    wrong = [
        f"{name} imports {target}"
        for name, target in edges()
        if app(name) == "reports" != app(target) and part(target) in ("services", "ledger")
    ]
    assert not wrong, "\n".join(wrong)


def test_there_is_no_import_cycle():
    graph = {name: sorted(target for target in set(imports(name)) if target != name) for name in modules()}
    found = list(cycles(graph))
    assert not found, "\n".join(found)


def cycles(graph):
    """One line for every cycle that a walk through the graph closes."""
    done, road = set(), []

    def walk(name):
        if name in road:
            yield " → ".join([*road[road.index(name) :], name])
        elif name not in done:
            road.append(name)
            for target in graph[name]:
                yield from walk(target)
            road.pop()
            done.add(name)

    for name in graph:
        yield from walk(name)


def test_nothing_is_named_after_being_left_over():
    banned = {"utils", "util", "common", "core", "helpers", "helper", "misc"}
    assert [name for name in modules() if banned & set(name.split("."))] == []
