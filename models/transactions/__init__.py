"""The log: reading files, recognising columns, cleaning rows, and the Transactions noun."""
