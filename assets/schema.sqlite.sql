-- The server's tables, as far as Strongroom needs them, for a local database that Strongroom creates.

CREATE TABLE role (
    id   INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL UNIQUE,
    rank INTEGER NOT NULL
);

CREATE TABLE org (
    id               VARCHAR PRIMARY KEY,
    name             VARCHAR NOT NULL UNIQUE,
    contact_name     VARCHAR,
    contact_email    VARCHAR,
    org_version      INTEGER NOT NULL DEFAULT 0,
    _search_api_key  VARCHAR,
    _sandbox_api_key VARCHAR,
    billing_margin   FLOAT
);

CREATE TABLE "user" (
    id             VARCHAR PRIMARY KEY,
    current_org_id VARCHAR NOT NULL REFERENCES org (id),
    role_id        INTEGER REFERENCES role (id),
    accepted_tos   TIMESTAMP,
    language       VARCHAR,
    email          VARCHAR,
    email_verified BOOLEAN
);

CREATE TABLE org_member (
    org_id                VARCHAR NOT NULL REFERENCES org (id),
    user_id               VARCHAR NOT NULL REFERENCES "user" (id),
    role_id               INTEGER NOT NULL REFERENCES role (id),
    _llm_api_key          VARCHAR NOT NULL,
    _llm_api_key_for_byor VARCHAR,
    status                VARCHAR,
    PRIMARY KEY (org_id, user_id)
);

CREATE TABLE custom_secrets (
    id               INTEGER PRIMARY KEY,
    keycloak_user_id VARCHAR,
    org_id           VARCHAR REFERENCES org (id),
    secret_name      VARCHAR NOT NULL,
    secret_value     VARCHAR NOT NULL,
    description      VARCHAR,
    is_org_shared    BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE INDEX idx_custom_secrets_keycloak_user_id
    ON custom_secrets (keycloak_user_id);

CREATE UNIQUE INDEX uq_custom_secrets_personal_user_org_name
    ON custom_secrets (keycloak_user_id, org_id, secret_name)
    WHERE is_org_shared = FALSE;

INSERT INTO role (name, rank) VALUES ('owner', 10), ('admin', 20), ('member', 1000);
