import gc
from concurrent.futures import ThreadPoolExecutor

import duckdb
import narwhals as nw
import pytest

from models.transactions.database import Database, identifier, literal


@pytest.fixture
def database():
    with Database.open(threads=2) as opened:
        yield opened


def test_sixteen_threads_get_their_own_answers(database):
    database.run(
        "CREATE TABLE squares AS SELECT range AS n, range * range AS square FROM range(1000)"
    )

    def ask(number):
        if number % 4 == 0:
            frame = database.frame("squares").filter(nw.col("n") == number).select("square")
            return frame.collect().to_native().column("square")[0].as_py() == number**2
        found = database.run("SELECT square FROM squares WHERE n = ?", [number])
        return found.column("square").to_pylist() == [number**2]

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(400)))


def test_tables_made_in_one_thread_are_seen_in_all(database):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(database.run, "CREATE TABLE made AS SELECT 7 AS n").result()
    assert database.run("SELECT n FROM made").column("n").to_pylist() == [7]


def test_sealed_database_reads_only_what_it_was_allowed(database, tmp_path):
    for name in ("ours.csv", "theirs.csv"):
        (tmp_path / name).write_text("1\n2\n")
    ours, theirs = (literal(str(tmp_path / name)) for name in ("ours.csv", "theirs.csv"))
    database.run(f"CREATE VIEW ours AS FROM read_csv({ours})")
    database.allow(tmp_path / "ours.csv", "ours")
    database.seal()
    database.seal()
    assert database.run("FROM ours").num_rows == 2
    for attempt in (
        f"FROM read_csv({theirs})",
        f"COPY (SELECT 1) TO {literal(str(tmp_path / 'out.csv'))}",
        f"ATTACH {literal(str(tmp_path / 'other.db'))}",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ):
        with pytest.raises(duckdb.Error):
            database.cursor().sql(attempt)


def test_sealed_database_still_spills(tmp_path):
    with Database.open(memory_limit="100MB", threads=2) as small:
        small.seal()
        small.run(
            "CREATE TABLE sorted AS SELECT md5(range::VARCHAR) AS key, range AS n "
            "FROM range(3000000) ORDER BY key"
        )
        assert small.run("SELECT count(*) AS n FROM sorted").column("n").to_pylist() == [3_000_000]


def test_no_extension_is_ever_fetched(database):
    settings = database.run(
        "SELECT name, value FROM duckdb_settings() WHERE name LIKE '%known_extensions'"
    ).to_pylist()
    assert {(each["name"], each["value"]) for each in settings} == {
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
    }


def test_folder_is_private_and_goes_with_the_database():
    database = Database.open()
    folder = database.folder
    assert folder.stat().st_mode & 0o077 == 0
    database.close()
    database.close()
    assert not folder.exists()


def test_folder_goes_with_a_forgotten_database():
    folder = Database.open().folder
    gc.collect()
    assert not folder.exists()


@pytest.mark.parametrize("text", ["plain", "it's", "''", 'say "x"', "a\nb", ""])
def test_quoted_text_comes_back(database, text):
    table = database.run(f"SELECT {literal(text)} AS {identifier(text + '!')}")
    assert table.to_pylist() == [{text + "!": text}]


def test_statements_without_a_result_give_an_empty_table(database):
    assert database.run("CREATE TABLE t (n INTEGER)").num_rows == 0


def test_names_are_never_given_twice(database):
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(database.new_name, ["raw"] * 200))
    assert len(set(names)) == 200
