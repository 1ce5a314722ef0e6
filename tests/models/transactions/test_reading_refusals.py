import gzip
import io
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from models.errors import FileError
from models.transactions import bombs, encoding
from models.transactions.database import Database
from models.transactions.reading import Limits, open_table, store_upload

LOG = "customer,date,amount\nA1,2024-01-05,10.50\nB2,2024-02-06,7\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*cells):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Only")
    for row, column, cell in cells:
        sheet.write(row, column, cell)
    book.close()
    return buffer.getvalue()


def parquet(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


TABLE = workbook(*((row, column, row * column) for row in range(9) for column in range(3)))
RANDOM = random.Random(5).randbytes(5_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\r\n\t", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"customer,date,amount\n", r"a header \(customer, date, amount\) but no rows"),
        (b"\n".join(b"line %d" % i * (1 + i % 3) for i in range(9)), "only one column"),
        (b"customer\nA1\nB2\n", r'only one column \(it starts with "customer"\)'),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n...", r"a picture \(PNG\)"),
        (b"<html><table><tr><td>1</td></tr></table>", "a web page"),
        (b"\n <!DOCTYPE html>\n<p>", "a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML document"),
        (b'[{"customer": 1}]', "a JSON document"),
        (RANDOM, "binary data"),
        (LOG.encode() * 3 + b"\x00\x01\x02", "binary data"),
        (zipped({"orders.csv": LOG}), "a zip archive; unpack it"),
        (zipped({"word/document.xml": "<x/>"}), "a Word document"),
        (zipped({"content.xml": "<x/>"}), "an OpenDocument file"),
        (zipped({"xl/workbook.xml": "<x/>"}), "damaged"),
        (TABLE[:-200], "damaged or incomplete"),
        (OLE + b"\x00" * 600, "damaged"),
        (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (workbook(), r"No sheet of log.csv holds a table \(Only\)"),
        (workbook((0, 0, "a"), (1, 0, "b")), "only one column"),
        (workbook((0, 0, "a"), (0, 1, "b")), "no rows below it"),
        (b"PAR1" + RANDOM + b"PAR1", "damaged or encrypted"),
        (parquet(pa.table({"a": [1], "b": [[1, 2]]})), r"lists or records .* \(b\)"),
        (parquet(pa.table({"a": [1], "b": [{"x": 1}]})), r"lists or records .* \(b\)"),
        (parquet(pa.table({"a": [1]})), "only one column"),
        (parquet(pa.table({"a": pa.array([], "int64"), "b": pa.array([], "int64")})), "no rows"),
        (gzip.compress(LOG.encode() * 99, mtime=0)[:-40], "damaged or cut off"),
        (b"\x1f\x8b" + RANDOM, "damaged or cut off"),
        (gzip.compress(gzip.compress(LOG.encode(), mtime=0), mtime=0), "compressed twice"),
        (b"a,b,c\n" + b"1,2,3\n" * 600 + b"1,2\n" * 900, "Only 600 of 1,500 lines"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with Database.open() as database, pytest.raises(FileError, match=said) as refused:
        open_table(path, database=database)
    sentence = str(refused.value)
    assert "log.csv" in sentence
    assert sentence.endswith(".")


def test_missing_file(tmp_path):
    with pytest.raises(FileError, match=r"no file gone\.csv"):
        open_table(tmp_path / "gone.csv")
    with pytest.raises(FileError, match="There is no file"):
        open_table(tmp_path)


def test_sentences_name_what_the_visitor_called_the_file(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"%PDF")
    with pytest.raises(FileError, match=r"^Orders 2024\.csv is a PDF"):
        open_table(path, name="Orders 2024.csv")


def test_size_limits(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(LOG * 100)
    with pytest.raises(FileError, match="at most 1 MB"):
        open_table(path, limits=Limits(size=1_000))
    with pytest.raises(FileError, match="at most 1 MB"):
        store_upload(io.BytesIO(LOG.encode() * 100), limit=1_000)


def test_gzip_bomb_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "GZIP_ALWAYS", 1_000_000)
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000))
    with Database.open() as database:
        with pytest.raises(FileError, match="unpacks to more than 1 MB"):
            open_table(path, database=database)
        written = sum(each.stat().st_size for each in database.folder.rglob("*") if each.is_file())
    assert written <= 2_000_000


def test_gzip_limit_holds_whatever_the_ratio(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(LOG.encode() * 100))
    with pytest.raises(FileError, match="unpacks to more"):
        open_table(path, limits=Limits(unpacked=2_000))


def test_workbook_bomb_by_declared_size(tmp_path, monkeypatch):
    monkeypatch.setattr(bombs, "SMALL", 1_000_000)
    path = tmp_path / "book.xlsx"
    path.write_bytes(zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/a.xml": " " * 5_000_000}))
    with pytest.raises(FileError, match="unpacks to more"):
        open_table(path)


def test_workbook_that_lies_about_its_size(tmp_path):
    honest = zipped({"xl/workbook.xml": "<x/>", "xl/worksheets/a.xml": "y" * 3_000_000})
    declared = (3_000_000).to_bytes(4, "little")
    path = tmp_path / "book.xlsx"
    path.write_bytes(honest.replace(declared, (10).to_bytes(4, "little")))
    with pytest.raises(FileError, match="damaged"):
        open_table(path)


def test_two_cells_that_span_a_whole_sheet(tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook((0, 0, "a"), (1_048_575, 16_383, "b")))
    with pytest.raises(FileError, match="unpacks to more"):
        open_table(path)


def test_a_long_text_shared_by_many_cells(tmp_path, monkeypatch):
    path = tmp_path / "book.xlsx"
    path.write_bytes(
        workbook(*((row, column, "x" * 9_000) for row in range(99) for column in (0, 1)))
    )
    with Database.open() as database:
        assert open_table(path, database=database).rows == 99
        monkeypatch.setattr(bombs, "MOST_TEXT", 1_000_000)
        with pytest.raises(FileError, match="unpacks to more"):
            open_table(path, database=database)


def test_a_refused_file_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    path = tmp_path / "log.csv"
    path.write_bytes(RANDOM)
    with pytest.raises(FileError):
        open_table(path)
    with pytest.raises(FileError):
        store_upload(io.BytesIO(RANDOM), limit=10)
    assert list((tmp_path / "private").iterdir()) == []
