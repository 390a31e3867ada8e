-- Strongroom's own tables, which `strongroom db init` creates.

CREATE TABLE IF NOT EXISTS main.strongroom_meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- The sets that commits replaced, as ciphertext.
CREATE TABLE IF NOT EXISTS main.strongroom_history (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    org_id   TEXT NOT NULL,
    user_id  TEXT,
    made_at  TEXT NOT NULL,
    operator TEXT NOT NULL,
    note     TEXT,
    revision TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS main.strongroom_history_scope ON strongroom_history (org_id, user_id);
CREATE TABLE IF NOT EXISTS main.strongroom_history_row (
    history_id   INTEGER NOT NULL REFERENCES strongroom_history (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    secret_name  TEXT NOT NULL,
    secret_value TEXT NOT NULL,
    description  TEXT,
    PRIMARY KEY (history_id, position)
);

-- The audit trail, chained by its MACs.
CREATE TABLE IF NOT EXISTS main.strongroom_audit (
    seq             INTEGER PRIMARY KEY,
    at              TEXT NOT NULL,
    operator        TEXT NOT NULL,
    action          TEXT NOT NULL,
    org_id          TEXT,
    user_id         TEXT,
    names           TEXT NOT NULL,
    before_revision TEXT,
    after_revision  TEXT,
    detail          TEXT,
    db_user         TEXT,
    db_address      TEXT,
    mac             TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS main.strongroom_audit_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL,
    mac   TEXT NOT NULL,
    tag   TEXT NOT NULL
);
INSERT OR IGNORE INTO main.strongroom_audit_head (one, count, mac, tag) VALUES (1, 0, '', '');

INSERT INTO main.strongroom_meta (key, value) VALUES ('schema_version', '3')
    ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE CAST(main.strongroom_meta.value AS INTEGER) < 3;
