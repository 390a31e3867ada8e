"""A rotation as one would write it in Python: MultiFernet.rotate over every row, bulk updates.

    rotate.py DATABASE KEYS NEW     a SQLite file or a PostgreSQL URL, a key file, the id of the new key
"""

import base64
import hashlib
import json
import sqlite3
import sys

from cryptography.fernet import Fernet, MultiFernet

BATCH = 10_000


def fernet(key):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key["key"].encode()).digest()))


def turned(keys, stored):
    """Two layers: the stored text is Base64 of a token."""
    return base64.b64encode(keys.rotate(base64.b64decode(stored))).decode() if stored is not None else None


def rotate(read, write, keys):
    after = 0
    while rows := read(after, BATCH):
        write([(turned(keys, value), turned(keys, text), number) for number, value, text in rows])
        after = rows[-1][0]


def over_sqlite(path, keys):
    connection = sqlite3.connect(path)
    select = "SELECT id, secret_value, description FROM custom_secrets WHERE id > ? ORDER BY id LIMIT ?"
    update = "UPDATE custom_secrets SET secret_value = ?, description = ? WHERE id = ?"

    def write(rows):
        with connection:
            connection.executemany(update, rows)

    rotate(lambda *page: connection.execute(select, page).fetchall(), write, keys)


def over_postgres(url, keys):
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        select = "SELECT id, secret_value, description FROM custom_secrets WHERE id > %s ORDER BY id LIMIT %s"
        update = (
            "UPDATE custom_secrets t SET secret_value = n.value, description = n.text"
            " FROM unnest(%s::text[], %s::text[], %s::int[]) AS n (value, text, id) WHERE t.id = n.id"
        )

        def write(rows):
            connection.execute(update, [list(column) for column in zip(*rows)])

        rotate(lambda *page: connection.execute(select, page).fetchall(), write, keys)


def main():
    database, path, new = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        keys = sorted(json.load(file), key=lambda key: key["id"] != new)
    over = over_postgres if "://" in database else over_sqlite
    over(database, MultiFernet([fernet(key) for key in keys]))


if __name__ == "__main__":
    main()
