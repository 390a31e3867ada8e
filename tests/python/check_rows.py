"""What every row of `custom_secrets` says, looked at with the server's own libraries.

    check_rows.py DATABASE KEYS     prints JSON: how many rows no key opens, which keys open the others, and a digest of
                                    what all of them say, in the order of their ids; a sealed row says its stored texts
"""

import base64
import hashlib
import json
import sqlite3
import sys

from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwe
from joserfc.jwk import OctKey

from server_store import Postgres


class Ring:
    def __init__(self, keys):
        self.digests = {key["id"]: hashlib.sha256(key["key"].encode()).digest() for key in keys}
        self.fernets = {name: Fernet(base64.urlsafe_b64encode(digest)) for name, digest in self.digests.items()}

    def open(self, stored):
        """(key id, plaintext), or None."""
        if stored.count(".") == 4:
            try:
                name = json.loads(base64.urlsafe_b64decode(stored.split(".")[0] + "=="))["kid"]
                opened = jwe.decrypt_compact(stored, OctKey.import_key(self.digests[name]))
                return name, json.loads(opened.plaintext)["v"]
            except Exception:  # noqa: BLE001: whatever it is, this key does not open it
                return None
        for layers in (2, 1):
            try:
                token = base64.b64decode(stored) if layers == 2 else stored.encode()
            except ValueError:
                continue
            for name, fernet in self.fernets.items():
                try:
                    return name, fernet.decrypt(token).decode()
                except (InvalidToken, ValueError, TypeError):
                    continue
        return None


def main():
    database, keys = sys.argv[1:3]
    with open(keys, encoding="utf-8") as file:
        ring = Ring(json.load(file))
    connection = Postgres(database) if "://" in database else sqlite3.connect(database, timeout=30)
    rows = connection.execute("SELECT id, secret_name, secret_value, description FROM custom_secrets ORDER BY id")
    said, sealed, by_key = hashlib.sha256(), 0, {}
    for number, name, value, description in rows.fetchall():
        texts = [text for text in (value, description) if text is not None]
        opened = [ring.open(text) for text in texts]
        if all(opened):
            for key, _ in opened:
                by_key[key] = by_key.get(key, 0) + 1
            texts = [text for _, text in opened]
        else:
            sealed += 1
        said.update(repr((number, name, texts, description is None)).encode())
    json.dump({"sealed": sealed, "by_key": by_key, "says": said.hexdigest()}, sys.stdout)


main()
