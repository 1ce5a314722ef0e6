import datetime as dt
import gzip
import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from models.errors import FileError
from models.transactions.database import Database
from models.transactions.reading import open_table, store_upload

LOG = "customer,date,amount\nA1,2024-01-05,10.50\nB2,2024-02-06,7\nA1,2024-03-07,12\n"
CELLS = [["A1", "2024-01-05", "10.50"], ["B2", "2024-02-06", "7"], ["A1", "2024-03-07", "12"]]
HEADERS = ("customer", "date", "amount")


def cells(raw):
    """All rows in the file's order, empty cells as None."""
    columns = ", ".join(f"c{number}" for number in range(1, len(raw.headers) + 1))
    found = raw.database.run(f"SELECT {columns}, source_row FROM {raw.table} ORDER BY source_row")
    rows = [list(row.values()) for row in found.to_pylist()]
    assert [row[-1] for row in rows] == list(range(1, raw.rows + 1))
    return [row[:-1] for row in rows]


@pytest.fixture
def opened(tmp_path):
    """Write bytes to a file and open it."""
    databases = []

    def write_and_open(content, name="log.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        databases.append(Database.open())
        return open_table(path, database=databases[-1], **options)

    yield write_and_open
    for database in databases:
        database.close()


def workbook(sheets, **options):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(at, column, cell, date)
                else:
                    sheet.write(at, column, cell)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LOG, "plain.csv"),
        (LOG.replace("\n", "\r\n"), "windows.csv"),
        (LOG.replace("\n", "\r"), "old_mac.csv"),
        (LOG.rstrip("\n"), "no_last_line_end.csv"),
        (LOG.replace(",", ";"), "semicolons.csv"),
        (LOG.replace(",", "\t"), "tabs.tsv"),
        (LOG.replace(",", "|"), "bars.txt"),
        (LOG.replace(",", "  "), "blanks.txt"),
        ("\n ".join(("\n" + LOG).replace(",", "   ").split("\n")), "leading_blanks.txt"),
        ("\ufeff" + LOG, "bom.csv"),
        (LOG.encode("utf-16"), "utf16.csv"),
        (LOG.encode("utf-16-le"), "utf16_without_bom.csv"),
        (gzip.compress(LOG.encode(), mtime=0), "packed.csv.gz"),
        (gzip.compress(LOG.encode(), mtime=0), "packed_but_called.csv"),
        (LOG, "[x] *?{a,b}'.csv"),
        (LOG.replace("A1,", "A1,").replace("\n", ",\n"), "trailing_separator.csv"),
        (LOG.replace("\n", "\r\n", 2), "mixed_line_ends.csv"),
        ("\n\n" + LOG.replace("\n", "\n\n"), "blank_lines.csv"),
        ("Orders 2024\nExported by shop.example\n\n" + LOG, "titles.csv"),
        ("Orders 2024,,\n,,\n" + LOG, "padded_titles.csv"),
        (
            "".join(f"'{line.replace(',', chr(39) + ',' + chr(39))}'\n" for line in LOG.split()),
            "'.csv",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-8:] else "",
)
def test_same_table_however_it_is_written(opened, content, name):
    raw = opened(content, name)
    width = 3
    assert raw.headers[:width] == HEADERS
    assert [row[:width] for row in cells(raw)] == CELLS
    assert raw.rows == 3
    assert raw.rows_unreadable == 0


def test_rows_stay_in_the_file_and_survive_the_seal(opened, tmp_path):
    raw = opened(LOG)
    raw.database.seal()
    assert cells(raw) == CELLS
    assert not any(path.is_file() for path in raw.database.folder.rglob("*"))


def test_fingerprint_is_of_the_bytes(opened):
    packed = gzip.compress(LOG.encode(), mtime=0)
    assert opened(LOG).fingerprint == hashlib.sha256(LOG.encode()).hexdigest()
    assert opened(packed, "log.gz").fingerprint == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize(
    ("encoding", "note"), [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-8", None)]
)
def test_encodings_are_recognised_and_said(opened, encoding, note):
    raw = opened("name,date\nMüller – €5,2024-01-05\nÅse,2024-01-06\n".encode(encoding))
    assert [row[0] for row in cells(raw)] == ["Müller – €5", "Åse"]
    assert (
        any(note in sentence for sentence in raw.notes) if note else "encoded" not in raw.notes[0]
    )


def test_latin_1_where_windows_has_no_letter(opened):
    raw = opened("name,date\nM\xfcller\x81,2024-01-05\n".encode("latin-1"))
    assert cells(raw)[0][0] == "Müller\x81"


def test_a_broken_letter_does_not_spoil_the_others(opened):
    rows = "".join(f"Müller {i},2024-01-05\n" for i in range(100)).encode()
    raw = opened(b"name,date\n" + rows + b"bro\xffken,2024-01-06\n")
    assert cells(raw)[0][0] == "Müller 0"
    assert cells(raw)[-1][0] == "bro\ufffdken"


def test_quoted_cells_keep_separators_quotes_and_lines(opened):
    raw = opened('name;note\n"a;b";"say ""hi"""\n"two\nlines";" x "\nplain;5" pipe\n')
    assert cells(raw) == [["a;b", 'say "hi"'], ["two\nlines", " x "], ["plain", '5" pipe']]


def test_columns_of_fixed_width(opened):
    row = "{:12}{:12}{:>8}".format
    lines = [row("name", "date", "amount"), row("Ann Lee", "2024-01-05", "10.50")]
    lines += [row("Cy van Dam", "", "112.00"), row("Bob", "2024-02-06", "7.00")] * 300
    lines += [row("a name too long", "2024-02-06", "9.00"), row("Last One", "", "8.00")]
    raw = opened("\n".join(lines), "fixed.txt")
    assert raw.headers == ("name", "date", "amount")
    assert cells(raw)[:2] == [["Ann Lee", "2024-01-05", "10.50"], ["Cy van Dam", None, "112.00"]]
    assert cells(raw)[-1] == ["Last One", None, "8.00"]
    assert raw.rows_unreadable == 1
    assert any("1 line has" in note and "line 603" in note for note in raw.notes)


def test_backslash_escapes(opened):
    raw = opened('name,note\n"a \\"b\\" c",1\n"d",2\n')
    assert cells(raw) == [['a "b" c', "1"], ["d", "2"]]


def test_decimal_commas_do_not_separate(opened):
    raw = opened("K1;2024-01-05;1,5\nK2;2024-01-06;2,5\n")
    assert cells(raw) == [["K1", "2024-01-05", "1,5"], ["K2", "2024-01-06", "2,5"]]


def test_ragged_rows_are_counted_and_named(opened):
    raw = opened(LOG + "C3,2024-04-01\nD4,2024-04-02,1,2\nE5,2024-04-03,5\n")
    assert raw.rows == 4
    assert raw.rows_unreadable == 2
    assert any("line 5, 6" in note for note in raw.notes)
    assert cells(raw)[-1] == ["E5", "2024-04-03", "5"]


def test_a_quote_that_never_closes_spoils_no_other_line(opened):
    many = "".join(f"C{i},2024-01-05,{i}\n" for i in range(200))
    raw = opened(LOG + '"D4,2024-04-02,1\n' + many)
    assert raw.rows == 204
    assert cells(raw)[3] == ['"D4', "2024-04-02", "1"]
    assert cells(raw)[-1] == ["C199", "2024-01-05", "199"]


def test_text_behind_a_closing_quote(opened):
    raw = opened(LOG + '"D4"x,2024-04-02,"1"\nE5,2024-04-03,"2\n3"\n')
    assert raw.rows_unreadable == 0
    assert cells(raw)[3:] == [["D4x", "2024-04-02", "1"], ["E5", "2024-04-03", "2\n3"]]


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (LOG, HEADERS),
        (LOG.split("\n", 1)[1], ("Column 1", "Column 2", "Column 3")),
        ("who,plan\nann,basic\nbob,basic\n", ("who", "plan")),
        ("ann,basic\nbob,basic\nann,pro\n", ("Column 1", "Column 2")),
        (",a,b\n0,x,5\n1,y,6\n", ("Column 1", "a", "b")),
        ("a,b\n0,x,5\n1,y,6\n", ("Column 1", "a", "b")),
        ("a,b,\n0,x,\n1,y,\n", ("a", "b", "Column 3")),
        ("total,total,total (2)\n1,2,3\n", ("total", "total (2)", "total (2) (2)")),
    ],
)
def test_headers_are_judged_by_content(opened, content, headers):
    assert opened(content).headers == headers


@pytest.mark.parametrize("header", [True, False])
def test_header_can_be_said(opened, header):
    raw = opened("ann,basic\nbob,basic\nann,pro\n", header=header)
    assert raw.rows == 3 - header


def test_excel_sheet(opened):
    day = dt.datetime(2024, 1, 5)
    raw = opened(
        workbook(
            {
                "About": [["Orders of 2024"], ["made by", "shop"]],
                "Orders": [
                    ["Orders"],
                    [],
                    ["customer", "date", "amount", "late"],
                    [17850, day, 10.5, True],
                    ["A1", day.replace(hour=8, minute=26), 7, False],
                    [],
                    ["00042", "2024-03-07", None, None],
                ],
            }
        ),
        "book.csv",
    )
    assert raw.sheets == ("About", "Orders")
    assert raw.headers == ("customer", "date", "amount", "late")
    assert cells(raw) == [
        ["17850", "2024-01-05", "10.5", "true"],
        ["A1", "2024-01-05 08:26:00", "7", "false"],
        ["00042", "2024-03-07", None, None],
    ]
    assert any("About" in note for note in raw.notes)


def test_excel_sheet_by_name_and_1904_dates(opened):
    day = dt.datetime(2024, 1, 5)
    book = workbook(
        {"Long": [["a", "b"]] + [["x", 1]] * 9, "Short": [["a", "b"], ["y", day]]}, date_1904=True
    )
    raw = opened(book, "book.xlsx", sheet="Short")
    assert cells(raw) == [["y", "2024-01-05"]]
    with pytest.raises(FileError, match=r'no sheet "Orders"; it has Long, Short'):
        opened(book, "book.xlsx", sheet="Orders")


def test_parquet_as_text_and_with_its_types(opened):
    table = pa.table(
        {
            "customer": pa.array([17850, None], pa.int64()),
            "date": pa.array([dt.datetime(2024, 1, 5, 8, 26), dt.datetime(2024, 1, 6)]),
            "day": pa.array([dt.date(2024, 1, 5), None]),
            "amount": pa.array([0.1, float("nan")]),
            "id": pa.array(["00042", ""]),
            "on": pa.array([True, False]),
        }
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    raw = opened(buffer.getvalue(), "log.csv")
    assert raw.headers == tuple(table.column_names)
    assert cells(raw) == [
        ["17850", "2024-01-05 08:26:00", "2024-01-05", "0.1", "00042", "true"],
        [None, "2024-01-06 00:00:00", None, None, None, "false"],
    ]
    assert raw.types == ("BIGINT", "TIMESTAMP", "DATE", "DOUBLE", "VARCHAR", "BOOLEAN")
    raw.database.seal()
    typed = raw.database.run(f"SELECT c1, c2, source_row FROM {raw.typed}").to_pylist()
    assert typed[0] == {"c1": 17850, "c2": dt.datetime(2024, 1, 5, 8, 26), "source_row": 1}


def test_a_database_of_its_own_is_sealed(tmp_path):
    (tmp_path / "log.csv").write_text(LOG)
    raw = open_table(tmp_path / "log.csv")
    assert cells(raw) == CELLS
    sealed = raw.database.run("SELECT current_setting('enable_external_access') AS open")
    assert sealed.column("open").to_pylist() == [False]
    raw.database.close()


def test_two_files_share_a_database(tmp_path):
    with Database.open() as database:
        for name in ("one.csv", "two.csv"):
            (tmp_path / name).write_text(LOG)
        first = open_table(tmp_path / "one.csv", database=database)
        second = open_table(tmp_path / "two.csv", name="Second", database=database)
        assert cells(first) == cells(second)
        assert (first.name, second.name) == ("one.csv", "Second")


def test_upload_is_stored_under_our_own_name(tmp_path):
    upload = store_upload(io.BytesIO(LOG.encode()), name="../../etc/passwd")
    assert upload.fingerprint == hashlib.sha256(LOG.encode()).hexdigest()
    assert upload.path.name == "upload"
    assert upload.path.parent.stat().st_mode & 0o077 == 0
    with Database.open() as database:
        assert cells(open_table(upload.path, name="log.csv", database=database)) == CELLS
    upload.discard()
    assert not upload.path.parent.exists()
