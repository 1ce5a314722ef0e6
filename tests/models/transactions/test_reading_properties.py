"""Any table that was written comes back; anything else is refused in a sentence."""

import contextlib
import csv
import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.errors import FileError
from models.transactions.database import Database
from models.transactions.reading import open_table

FEW = settings(
    derandomize=True,
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff")
CELL = st.text(st.one_of(st.sampled_from("ab1,;\t|\"' \n.-€ü\\"), LETTERS), max_size=8)


@st.composite
def tables(draw):
    """Headers and rows; the first column is filled, so that no row is a blank line."""
    width = draw(st.integers(2, 5))
    first = st.text(st.sampled_from("abcü€1"), min_size=1, max_size=4)
    row = st.tuples(first, *[CELL] * (width - 1)).map(list)
    return draw(st.lists(row, min_size=3, max_size=12))


def text(rows, **options):
    width = len(rows[0])
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", **options)
    writer.writerow([f"header {number}" for number in range(width)])
    writer.writerows(rows)
    return out.getvalue()


def excel(rows):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([[f"header {n}" for n in range(len(rows[0]))], *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return buffer.getvalue()


def parquet(rows):
    buffer = io.BytesIO()
    columns = list(zip(*rows, strict=True))
    names = [f"header {number}" for number in range(len(columns))]
    pq.write_table(pa.table(columns, names=names), buffer)
    return buffer.getvalue()


FORMATS = {
    "commas": lambda rows: text(rows).encode(),
    "semicolons": lambda rows: text(rows, delimiter=";").encode(),
    "tabs": lambda rows: text(rows, delimiter="\t").encode(),
    "bars": lambda rows: text(rows, delimiter="|", quoting=csv.QUOTE_ALL).encode(),
    "single quotes": lambda rows: text(rows, quotechar="'", quoting=csv.QUOTE_ALL).encode(),
    "gzip": lambda rows: gzip.compress(text(rows).encode(), mtime=0),
    "utf-16": lambda rows: text(rows).encode("utf-16"),
    "excel": excel,
    "parquet": parquet,
}


@pytest.fixture(scope="module")
def database():
    with Database.open(threads=1) as opened:
        yield opened


def read_back(database, path, content):
    path.write_bytes(content)
    raw = open_table(path, database=database, header=True)
    found = database.run(f"FROM {raw.table} ORDER BY source_row").to_pylist()
    return raw, [["" if cell is None else cell for cell in [*row.values()][:-1]] for row in found]


@pytest.mark.parametrize("kind", FORMATS)
@FEW
@given(rows=tables())
def test_what_was_written_is_read_back(database, tmp_path, kind, rows):
    raw, found = read_back(database, tmp_path / "table", FORMATS[kind](rows))
    assert raw.headers == tuple(f"header {number}" for number in range(len(rows[0])))
    assert found == rows
    assert (raw.rows, raw.rows_unreadable) == (len(rows), 0)


BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(st.sampled_from("ab1,;\t|\"'\n\r \\."), max_size=200).map(str.encode),
    st.tuples(
        st.sampled_from(
            [b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08\x00", b"\xff\xfe", b"\xef\xbb\xbf"]
        ),
        st.binary(max_size=200),
    ).map(b"".join),
)


@settings(FEW, max_examples=120)
@given(content=BYTES)
@example(content=b'a,b\n"\n')
@example(content=b"\xff\xfe\x00")
def test_any_bytes_give_a_table_or_a_sentence(tmp_path, content):
    open_or_refuse(tmp_path / "bytes", content)


def open_or_refuse(path, content):
    path.write_bytes(content)
    with Database.open(threads=1) as database, contextlib.suppress(FileError):
        raw = open_table(path, database=database)
        assert raw.rows == database.run(f"FROM {raw.table}").num_rows > 0


@settings(FEW, max_examples=30)
@given(rows=tables(), data=st.data())
@pytest.mark.parametrize("kind", ["commas", "gzip", "excel", "parquet"])
def test_damaged_files_give_a_table_or_a_sentence(tmp_path, kind, rows, data):
    content = bytearray(FORMATS[kind](rows))
    places = st.floats(0, 1, exclude_max=True)  # a workbook's size varies with the clock
    for _ in range(data.draw(st.integers(1, 4))):
        content[int(data.draw(places) * len(content))] = data.draw(st.integers(0, 255))
    open_or_refuse(tmp_path / "damaged", bytes(content))
