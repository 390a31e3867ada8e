"""Load and store of one set as the server does it, timed in process.

    store.py DATABASE KEYS ORG USER ROUNDS     prints the median seconds of a load and of a store
"""

import json
import pathlib
import sqlite3
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "python"))
from server_store import Cipher, Postgres, load, store  # noqa: E402


def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main():
    database, keys, org, user, rounds = sys.argv[1:6]
    with open(keys, encoding="utf-8") as file:
        cipher = Cipher(json.load(file))
    connection = Postgres(database) if "://" in database else sqlite3.connect(database)
    loads, stores = [], []
    for number in range(int(rounds)):
        loads.append(timed(lambda: load(connection, cipher, org, user)))
        secrets = load(connection, cipher, org, user)
        for place, secret in enumerate(secrets.values()):
            secret["secret"] = f"sk-{number:0>8}-{place:0>28}"
        stores.append(timed(lambda: store(connection, cipher, org, user, secrets)))
    print(statistics.median(loads), statistics.median(stores))


if __name__ == "__main__":
    main()
