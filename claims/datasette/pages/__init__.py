"""What each page shows, read from a database: one module a page.

Each function takes an SQLite connection that gives rows by name, and gives what its template shows, as
plain values; None where there is no such thing. All text is escaped by the templates.
"""
