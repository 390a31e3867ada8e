-- Indexes that make finding people fast in a large tenant. Strongroom works without them and never creates them itself.
-- CONCURRENTLY keeps the server's writers going; run it outside a transaction, as the owner of the tables.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A part of an e-mail, or of an id.
CREATE INDEX CONCURRENTLY IF NOT EXISTS strongroom_user_email ON "user" USING gin (lower(email::text) gin_trgm_ops);
CREATE INDEX CONCURRENTLY IF NOT EXISTS strongroom_user_id ON "user" USING gin (lower(id::text) gin_trgm_ops);

-- The organisations that somebody is a member of.
CREATE INDEX CONCURRENTLY IF NOT EXISTS strongroom_member_user ON org_member (user_id);

-- The organisations among a personal one for every user, in the order in which they are listed.
CREATE INDEX CONCURRENTLY IF NOT EXISTS strongroom_org_company ON org (name, id)
    WHERE name <> 'user_' || id::text || '_org';

-- The secrets of one organisation.
CREATE INDEX CONCURRENTLY IF NOT EXISTS strongroom_secrets_org ON custom_secrets (org_id);
