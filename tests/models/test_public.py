"""The public names of `models`: changing them is a decision, so it has to be made here too."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import models

PUBLIC = [
    "Analysis",
    "Scenario",
    "TenureError",
    "Transactions",
    "analyse",
    "decide",
    "hold_out",
    "read_transactions",
    "rolling",
    "write_report",
]


def test_the_public_names_are_these():
    assert sorted(models.__all__) == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_comes_from_where_the_type_checker_thinks(name):
    tree = ast.parse(Path(models.__file__).read_text(encoding="utf-8"))
    homes = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith("models.")
        for alias in node.names
    }
    assert getattr(models, name) is getattr(import_module(homes[name]), name)


def test_no_public_name_hides_a_module():
    folder = Path(models.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} | {p.name for p in folder.iterdir()}
    assert not modules & set(PUBLIC)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'analyze'"):
        _ = models.analyze
