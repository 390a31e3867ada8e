-- The least rights that Strongroom works with. Run it as the owner of the tables, with the name of the role in place of
-- ROLE, in the schema of the server's tables (SET search_path first where that is not public).

GRANT SELECT (id, name) ON org TO ROLE;
GRANT SELECT (id, email) ON "user" TO ROLE;
GRANT SELECT (org_id, user_id, role_id) ON org_member TO ROLE;
GRANT SELECT (id, name) ON role TO ROLE;

-- DELETE on the table is also what its lock asks for.
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_secrets TO ROLE;

-- Where `strongroom db init` was run, by somebody who may create tables: the sets that commits replaced.
-- GRANT SELECT ON strongroom_meta TO ROLE;
-- GRANT SELECT, INSERT, DELETE ON strongroom_history, strongroom_history_row TO ROLE;

-- And the audit trail, to which records can only be added: no UPDATE and no DELETE on it.
-- GRANT SELECT, INSERT ON strongroom_audit TO ROLE;
-- GRANT SELECT, UPDATE ON strongroom_audit_head TO ROLE;

-- A rotation needs UPDATE on custom_secrets, on the kept sets and on the wrapped key of the trail, and on each other
-- column that the profile turns on:
-- GRANT UPDATE (secret_value, description) ON strongroom_history_row TO ROLE;
-- GRANT UPDATE (value) ON strongroom_meta TO ROLE;
