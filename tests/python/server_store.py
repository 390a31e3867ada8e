"""What the server's own store does with `custom_secrets`, with the server's own libraries.

    server_store.py load  DATABASE KEYS ORG USER            prints the set as JSON
    server_store.py store DATABASE KEYS ORG USER [FORMAT]   replaces the set by the JSON on stdin

    server_store.py loop  DATABASE KEYS ORG USER STYLE      stores set after set until its stdin is closed

DATABASE is a file of SQLite or a URL of PostgreSQL. STYLE is `plain` (delete and insert), `locking` (select for
update, a pause, delete, insert) or `describing` (updates the descriptions alone); each round prints the number of the
set that it committed.

FORMAT is `fernet` (two layers, the default) or `jwe`. As the server does, a store deletes every personal row of the
user in the org and inserts the new set, and a load fails as a whole when one row does not open and leaves out rows
whose description is NULL.
"""

import base64
import hashlib
import json
import sqlite3
import sys
import threading
import time

from cryptography.fernet import Fernet, InvalidToken

MINE = "keycloak_user_id = ? AND org_id = ? AND is_org_shared = FALSE"


class Cipher:
    """The keys of a key file: the newest active one writes, all of them read."""

    def __init__(self, keys, form="fernet"):
        self.keys = {key["id"]: hashlib.sha256(key["key"].encode()).digest() for key in keys}
        active = [key for key in keys if key.get("active", True)]
        self.writer = max(active, key=lambda key: key["created_at"])["id"]
        self.fernets = {name: Fernet(base64.urlsafe_b64encode(digest)) for name, digest in self.keys.items()}
        self.form = form

    def encrypt(self, text):
        if self.form == "jwe":
            from joserfc import jwe
            from joserfc.jwk import OctKey

            header = {"alg": "dir", "enc": "A256GCM", "kid": self.writer}
            claims = json.dumps({"v": text, "iat": int(time.time())})
            return jwe.encrypt_compact(header, claims, OctKey.import_key(self.keys[self.writer]))
        token = self.fernets[self.writer].encrypt(text.encode())
        return base64.b64encode(token).decode()

    def decrypt(self, stored):
        if stored.count(".") == 4:
            from joserfc import jwe
            from joserfc.jwk import OctKey

            key_id = json.loads(base64.urlsafe_b64decode(stored.split(".")[0] + "=="))["kid"]
            opened = jwe.decrypt_compact(stored, OctKey.import_key(self.keys[key_id]))
            return json.loads(opened.plaintext)["v"]
        for token in (base64.b64decode(stored), stored.encode()):
            for fernet in self.fernets.values():
                try:
                    return fernet.decrypt(token).decode()
                except InvalidToken:
                    continue
        raise ValueError("no key opens a row")


def load(connection, cipher, org, user):
    query = f"SELECT secret_name, secret_value, description FROM custom_secrets WHERE {MINE} ORDER BY id"
    return {
        name: {"secret": cipher.decrypt(value), "description": cipher.decrypt(description)}
        for name, value, description in connection.execute(query, (user, org)).fetchall()
        if description is not None
    }


class Postgres:
    """A connection of psycopg that takes statements as sqlite3 does."""

    def __init__(self, url):
        import psycopg

        self.connection = psycopg.connect(url)

    def execute(self, query, values=()):
        return self.connection.execute(query.replace("?", "%s"), values)

    def executemany(self, query, rows):
        with self.connection.cursor() as cursor:
            cursor.executemany(query.replace("?", "%s"), rows)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.connection.commit()
        else:
            self.connection.rollback()

    def close(self):
        self.connection.close()


def loop(connection, cipher, org, user, style):
    """Stores one set after the other, as a server under load does, until nobody reads any more."""
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
    number = 0
    while not done.is_set():
        number += 1
        secrets = {f"THEIRS_{at}": {"secret": f"{style} {number}", "description": ""} for at in range(5)}
        if style == "locking":
            with connection:
                lock = f"SELECT id FROM custom_secrets WHERE {MINE} FOR UPDATE"
                connection.execute(lock, (user, org)).fetchall()
                time.sleep(0.001)
                replace(connection, cipher, org, user, secrets)
        elif style == "describing":
            with connection:
                if number == 1:
                    replace(connection, cipher, org, user, secrets)
                description = cipher.encrypt(f"{style} {number}")
                connection.execute(f"UPDATE custom_secrets SET description = ? WHERE {MINE}", (description, user, org))
        else:
            store(connection, cipher, org, user, secrets)
        print(number, flush=True)
        time.sleep(0.001)


def store(connection, cipher, org, user, secrets):
    with connection:
        replace(connection, cipher, org, user, secrets)


def replace(connection, cipher, org, user, secrets):
    rows = [
        (user, org, name, cipher.encrypt(entry["secret"]), cipher.encrypt(entry["description"] or ""))
        for name, entry in secrets.items()
    ]
    connection.execute(f"DELETE FROM custom_secrets WHERE {MINE}", (user, org))
    connection.executemany(
        "INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description, is_org_shared)"
        " VALUES (?, ?, ?, ?, ?, FALSE)",
        rows,
    )


def main():
    task, database, keys, org, user = sys.argv[1:6]
    with open(keys, encoding="utf-8") as file:
        cipher = Cipher(json.load(file), *(sys.argv[6:7] if task != "loop" else []))
    connection = Postgres(database) if "://" in database else sqlite3.connect(database, timeout=30)
    if task == "load":
        json.dump(load(connection, cipher, org, user), sys.stdout)
    elif task == "loop":
        loop(connection, cipher, org, user, sys.argv[6])
    else:
        store(connection, cipher, org, user, json.load(sys.stdin))
    connection.close()


if __name__ == "__main__":
    main()
