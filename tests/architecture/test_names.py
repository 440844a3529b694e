"""A name stands for one thing: no function gives to a value of its own the name of a function that it calls."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("matcher", "webapp", "seeds", "benchmarks", "drills")


def _of_the_module(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (each.asname or each.name for each in node.names)


def _given_and_called(function):
    """Names that the function gives to values, comprehensions included, and names that it calls."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    called = {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return {node.id for node in names if isinstance(node.ctx, ast.Store)}, called


def test_no_value_takes_the_name_of_a_function_called_beside_it():
    found = []
    for path in sorted(each for folder in CODE for each in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = set(_of_the_module(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                given, called = _given_and_called(node)
                found += [f"{path.relative_to(ROOT)} {node.name}: {name}" for name in known & given & called]
    assert found == []
