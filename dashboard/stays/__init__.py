"""The tabs of *Who stays*, one file each: `show(company)` draws it."""
