"""The record in one SQLite file: one module a kind of thing, all on one `Database`."""
