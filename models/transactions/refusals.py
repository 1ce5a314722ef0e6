"""Every sentence with which a file is refused: what we saw, where, and what to do next."""

from __future__ import annotations

from models.errors import FileError

EXPORT_AGAIN = "Export the table as CSV, Excel (.xlsx) or Parquet and open that file."


def missing(name: str) -> FileError:
    """Refuse a path at which there is no file."""
    return FileError(f"There is no file {name}. Check the path and open it again.")


def unreadable(name: str, reason: str) -> FileError:
    """Refuse a file that the system or a parser could not read."""
    return FileError(f"{name} could not be read ({reason}). {EXPORT_AGAIN}")


def empty(name: str) -> FileError:
    """Refuse a file without any content."""
    return FileError(f"{name} is empty. {EXPORT_AGAIN}")


def header_only(name: str, headers: tuple[str, ...]) -> FileError:
    """Refuse a table without data rows."""
    shown = ", ".join(headers[:5]) + (", ..." if len(headers) > 5 else "")
    return FileError(
        f"{name} has a header ({shown}) but no rows below it. "
        "Export it again with a period that contains orders."
    )


def one_column(name: str, first: str) -> FileError:
    """Refuse a table with a single column."""
    return FileError(
        f'{name} has only one column (it starts with "{first[:60]}"). A purchase log needs at '
        "least a customer and a date, separated by commas, semicolons, tabs or |."
    )


def ragged(name: str, width: int, rows: int, bad: int) -> FileError:
    """Refuse a text file most of whose lines are no rows."""
    return FileError(
        f"Only {rows:,} of {rows + bad:,} lines of {name} have {width} cells like the rest, so it "
        f"does not look like one table. {EXPORT_AGAIN}"
    )


def wrong_kind(name: str, what: str) -> FileError:
    """Refuse a file whose content is something other than a table."""
    return FileError(f"{name} is {what}, not a table. {EXPORT_AGAIN}")


def spoiled(names: tuple[str, ...]) -> FileError:
    """Refuse a file that opened well and cannot be read to its end."""
    return FileError(
        f"{' or '.join(names)} could not be read to its end: it is damaged, or was moved or "
        f"changed meanwhile. {EXPORT_AGAIN}"
    )


def not_text(name: str) -> FileError:
    """Refuse binary content that is no format known here."""
    return FileError(f"{name} holds binary data that is not a table known here. {EXPORT_AGAIN}")


def too_large(name: str, size: int, limit: int) -> FileError:
    """Refuse a file above the size limit."""
    seen = f"{megabytes(size)} MB" if size <= limit * 100 else "far more"
    return FileError(
        f"{name} has {seen}; at most {megabytes(limit)} MB can be opened here. Leave out columns "
        "or years that are not needed, save it as Parquet, or open it on the server itself."
    )


def bomb(name: str, limit: int) -> FileError:
    """Refuse a compressed file that unpacks to more than it should."""
    return FileError(
        f"{name} unpacks to more than {megabytes(limit)} MB, or to far more than its own size, so "
        "it was not opened. Save the table uncompressed, or with fewer columns or years."
    )


def password(name: str) -> FileError:
    """Refuse an encrypted workbook."""
    return FileError(
        f"{name} is protected by a password. Remove the password in Excel "
        "(File, Info, Protect Workbook) and open it again."
    )


def no_sheet(name: str, sheet: str, sheets: tuple[str, ...]) -> FileError:
    """Refuse a sheet that the workbook does not have."""
    return FileError(f'{name} has no sheet "{sheet}"; it has {", ".join(sheets)}. Choose one.')


def no_table(name: str, sheets: tuple[str, ...]) -> FileError:
    """Refuse a workbook in which no sheet holds rows."""
    return FileError(f"No sheet of {name} holds a table ({', '.join(sheets)}). {EXPORT_AGAIN}")


def nested(name: str, columns: tuple[str, ...]) -> FileError:
    """Refuse Parquet columns that hold lists or records instead of values."""
    return FileError(
        f"{name} has columns that hold lists or records instead of single values "
        f"({', '.join(columns)}). Unnest them or leave them out, and save the file again."
    )


def megabytes(size: int) -> str:
    """Return a number of bytes as whole megabytes (10^6), at least 1."""
    return f"{max(1, round(size / 1e6)):,}"
