"""Nothing is longer than one can keep in mind."""

import ast

import pytest

from tests.architecture.sources import files, relative, tree

pytestmark = pytest.mark.once

FILE_LINES = 400
FUNCTION_LINES = 64


def python_files():
    return [path for path in files(".py") if "migrations" not in path.parts]


def test_no_python_file_is_longer_than_400_lines():
    lengths = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_is_longer_than_64_lines():
    too_long = {}
    for path in python_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_long[f"{relative(path)}:{node.lineno} {node.name}"] = length
    assert too_long == {}
