-- Strongroom's own tables, which `strongroom db init` creates. SCHEMA stands for the schema of the server's tables.

CREATE TABLE IF NOT EXISTS SCHEMA.strongroom_meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);

INSERT INTO SCHEMA.strongroom_meta (key, value) VALUES ('schema_version', '1') ON CONFLICT (key) DO NOTHING;
