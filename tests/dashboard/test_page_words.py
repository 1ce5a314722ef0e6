"""Words that no page may use: every text literal of the dashboard is read, docstrings left out."""

import ast
import re
from pathlib import Path

import pytest

DASHBOARD = Path(__file__).parents[2] / "dashboard"
# Data and trust, its tables and the glossary are where these words are explained.
ALLOWED = {"data_and_trust.py", "glossary.py", "tables.py", "fitness.py"}
NEVER = (
    "hazard",
    "posterior",
    "covariate",
    "MLE",
    "frailty",
    "P80",
    "tornado",
    "free rider",
    "bluffer",
    "sleeping dog",
    "counterfactual",
    "lift",
    "at risk",
    "censored",
)
SOURCES = sorted(path for path in DASHBOARD.rglob("*.py") if path.name not in ALLOWED)
# Names of knobs and columns are code, not words: a single lower-case identifier is never shown.
NAME = re.compile(r"[a-z_]+")


def shown(tree):
    """The text literals of a module that are not docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in skipped
        ):
            yield node.lineno, node.value


def offences(source):
    """Forbidden words in the texts of a source, with their lines."""
    found = []
    for line, text in shown(ast.parse(source)):
        for word in NEVER:
            flags = 0 if word.isupper() else re.IGNORECASE
            whole = re.search(rf"\b{re.escape(word)}s?\b", text, flags)
            if whole and not NAME.fullmatch(text):
                found.append((line, word, text))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_no_page_uses_a_word_that_managers_do_not_know(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'st.title("The hazard of leaving")',
        'x = f"{n} customers at risk"',
        'x = "In P80 futures"',
        'def f():\n    """Fine."""\n    return "Free riders take it"',
    ],
)
def test_the_reader_would_notice(source):
    assert offences(source)


@pytest.mark.parametrize(
    "source",
    ['"""The hazard."""', 'x = known["counterfactual"]', 'x = "uplifting"', 'x = "Simple"'],
)
def test_docstrings_names_and_longer_words_are_left_alone(source):
    assert not offences(source)


def test_there_is_something_to_read():
    assert len(SOURCES) > 15
