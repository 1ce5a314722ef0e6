"""The laws of the house, read off the source rather than promised in a document.

models/README.md states them for people; here each is a test that names the file that breaks it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = ("models", "dashboard")

# Which files may name a library. A library that is not listed may be used anywhere in its half.
DOORS = {
    # Curves in one file; regressions, which few who draw curves need, in another.
    "lifelines": ("models/survival.py", "models/regressions.py"),
    "duckdb": ("models/transactions/*.py",),
    "narwhals": (
        "models/transactions/*.py",
        "models/customers.py",
        "models/cohorts/*.py",
        "models/earned.py",
        "models/relationship.py",
        "models/stories.py",
        "models/backtest.py",
        "models/monthly.py",
        "models/tracking.py",
        "models/profiles/shop.py",
        "models/segments/*.py",
        "models/losses/*.py",
    ),
    "plotly": ("dashboard/charts.py", "dashboard/charts/*.py"),
    "streamlit": ("dashboard/*.py",),
    "sqlalchemy": ("models/journal/store.py",),
    "pptx": ("dashboard/packs/slides.py",),
    "lifetimes": (),
    "ibis": (),
}

# Rooms from the ground up. A room may import from its own floor and from those below it.
FLOORS = (
    ("errors", "periods"),
    ("samples", "counts", "acquisition"),
    ("transactions",),
    ("customers", "contacts", "customer_file"),
    (
        "survival",
        "regressions",
        "comparing",
        "mix",
        "danger",
        "lifetimes",
        "cohorts",
        "unseen",
        "leaving",
        "earned",
        "relationship",
    ),
    (
        "business",
        "lived",
        "alternatives",
        "values",
        "worth",
        "stories",
        "bridges",
        "reconciliation",
        "newcomers",
        "draws",
        "futures",
        "surprise",
        "monthly",
        "holdouts",
        "backtest",
        "tracking",
    ),
    ("decisions", "profiles", "segments"),
    ("relation", "analysis", "contracts", "drivers", "losses", "needs", "care"),
    ("plan",),
    ("report", "journal"),
    ("__init__", "__main__"),
)

STREAMLIT_STATE = ("session_state", "cache_data", "cache_resource")
WORD_LISTS = ("models/transactions/vocabulary.py",)  # data, however long a list grows
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base_utils"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a file imports, wherever in the file it does."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.relative_to(ROOT).parts[: -node.level]) if node.level else ""
            module = ".".join(part for part in (package, node.module) if part)
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def floor_of(room: str) -> int | None:
    return next((level for level, rooms in enumerate(FLOORS) if room in rooms), None)


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library):
    broken = [
        f"{shown(path)}:{line} imports {name}"
        for path in sources(*APP)
        for line, name in imported(path)
        if name.split(".")[0] == library
        and not any(fnmatch(shown(path), door) for door in DOORS[library])
    ]
    assert not broken


def test_models_know_no_screen():
    screens = {"streamlit", "plotly", "dashboard"}
    broken = [
        f"{shown(path)}:{line} imports {name}"
        for path in sources("models")
        for line, name in imported(path)
        if name.split(".")[0] in screens
    ]
    assert not broken


def test_importing_every_model_loads_no_screen():
    program = (
        "import importlib, pkgutil, sys, models\n"
        "for module in pkgutil.walk_packages(models.__path__, 'models.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "print([n for n in ('streamlit', 'plotly', 'dashboard') if n in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_importing_the_package_is_cheap():
    program = (
        "import sys, models\n"
        "print([n for n in ('pandas', 'scipy', 'duckdb', 'lifelines') if n in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_every_room_has_a_floor():
    rooms = {
        path.relative_to(ROOT / "models").parts[0].removesuffix(".py") for path in sources("models")
    }
    assert {room for room in rooms if floor_of(room) is None} == set()


def test_no_room_calls_back_up():
    broken = []
    for path in sources("models"):
        room = path.relative_to(ROOT / "models").parts[0].removesuffix(".py")
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] != "models" or len(parts) < 2 or floor_of(parts[1]) is None:
                continue
            if floor_of(parts[1]) > (floor_of(room) or 0):
                broken.append(f"{shown(path)}:{line} imports {name} from a floor above")
    assert not broken


def test_pages_never_import_each_other():
    broken = [
        f"{shown(path)}:{line} imports {name}"
        for path in sources("dashboard/app_pages")
        for line, name in imported(path)
        if "app_pages" in name.split(".")
    ]
    assert not broken


def test_state_and_caches_live_in_one_place():
    broken = [
        f"{shown(path)}:{node.lineno} uses {node.attr}"
        for path in sources("dashboard")
        if shown(path) != "dashboard/session.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in STREAMLIT_STATE
    ]
    assert not broken


def test_no_module_is_called_utils():
    vague = [
        shown(path)
        for path in sources(*APP, "tests")
        if VAGUE & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert not vague


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its signature and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", sources(*APP), ids=shown)
def test_files_and_functions_stay_small(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    limit = 150 if path.parent.name == "app_pages" else 360
    assert lines <= limit or shown(path) in WORD_LISTS, (
        f"{shown(path)} has {lines} lines; split it by noun"
    )
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    long = [
        f"{node.name} ({code_lines(node)} lines)"
        for node in ast.walk(tree(path))
        if isinstance(node, functions) and code_lines(node) > 60
    ]
    assert not long


def test_the_reader_of_imports_sees_every_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "models" / "lifetimes" / "x.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "import a.b\nfrom c import d\ndef f():\n    from ..values import v\n    import e\n"
    )
    names = {name for _, name in imported(path)}
    assert {"a.b", "c", "c.d", "models.values.v", "e"} <= names
