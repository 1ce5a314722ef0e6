"""What README.md and CONTRIBUTING.md tell people to type works, verbatim."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from models.__main__ import parser

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "models/README.md", "dashboard/README.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(*names: str) -> list[str]:
    """Return the lines of the fenced shell blocks of the named documents, each once."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in names]
    blocks = [b for text in texts for b in re.findall(r"```(?:sh|bat)\n(.*?)```", text, re.DOTALL)]
    return list(dict.fromkeys(line for block in blocks for line in block.strip().splitlines()))


TYPED = commands("README.md", "CONTRIBUTING.md")


def run(command: list[str], **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, **options
    )


@pytest.mark.parametrize("command", [c for c in TYPED if c.startswith("make ")])
def test_make_knows_what_the_readme_asks_of_it(command):
    result = run(["make", "-n", *shlex.split(command)[1:]], cwd=ROOT)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make (\w+)", README))))
def test_targets_named_in_sentences_exist(target):
    assert run(["make", "-n", target], cwd=ROOT).returncode == 0


@pytest.mark.parametrize("command", [c for c in TYPED if c.startswith("python -m models ")])
def test_the_analysis_runs_as_printed(command, tmp_path):
    (tmp_path / "data").symlink_to(ROOT / "data")
    words = [sys.executable, "-W", "error", *shlex.split(command)[1:]]
    result = run(words, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert result.returncode == 0, result.stderr
    assert sorted(p.name for p in (tmp_path / "report").iterdir()) == [
        "analysis.json",
        "customers.csv",
    ]


@pytest.mark.parametrize("command", [c for c in TYPED if re.search(r"python\S* -m|^py", c)])
def test_the_plain_commands_name_things_that_exist(command):
    words = shlex.split(command.replace("\\", "/"))
    named = [w for w in words if re.search(r"\.(txt|py|gz)$", w)]
    assert all((ROOT / name).is_file() for name in named)
    assert words[words.index("-m") + 1] in {"venv", "pip", "streamlit", "models"}


def test_every_command_is_of_a_kind_that_is_tested():
    kinds = r"make |python3? -m |py -m |\.venv[/\\](bin|Scripts)[/\\]python -m "
    assert [c for c in TYPED if not re.match(kinds, c)] == []


def test_ci_runs_the_test_command_of_the_readme():
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in commands("README.md")
    assert re.search(r"^make test ", ci, re.MULTILINE)


def test_every_flag_is_documented_and_every_documented_flag_exists():
    known = {flag for action in parser()._actions for flag in action.option_strings}
    table = README[README.index("| flag |") : README.index("A guess that the screen")]
    documented = set(re.findall(r"`(--[a-z-]+)", table))
    assert documented == {flag for flag in known if flag.startswith("--")} - {"--help"}


@pytest.mark.parametrize("name", [n for n in DOCUMENTS if (ROOT / n).is_file()])
def test_links_lead_somewhere(name):
    document = ROOT / name
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    missing = [
        link for link in links if "://" not in link and not (document.parent / link).exists()
    ]
    assert missing == []
