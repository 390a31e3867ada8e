-- 10,000 orgs, a million users with an org each, an org of 1,000 members, and half a million rows of secrets.
INSERT INTO org (id, name) SELECT md5('org' || n)::uuid, 'Company ' || n FROM generate_series(1, 10000) n;
INSERT INTO org (id, name) SELECT md5('user' || n)::uuid, 'user_' || md5('user' || n)::uuid || '_org'
  FROM generate_series(1, 1000000) n;
INSERT INTO "user" (id, current_org_id, email)
  SELECT md5('user' || n)::uuid, md5('user' || n)::uuid, 'person.' || n || '@' || md5('mail' || n % 5000) || '.example'
    FROM generate_series(1, 1000000) n;
INSERT INTO org_member (org_id, user_id, role_id, _llm_api_key)
  SELECT md5('user' || n)::uuid, md5('user' || n)::uuid, 1, '' FROM generate_series(1, 1000000) n;
INSERT INTO org_member (org_id, user_id, role_id, _llm_api_key)
  SELECT md5('org1')::uuid, md5('user' || n)::uuid, 3, '' FROM generate_series(1, 1000) n;
INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description)
  SELECT md5('user' || n % 250000)::uuid::text, md5('user' || n % 250000)::uuid, 'NAME_' || n, repeat(md5(n::text), 6), ''
    FROM generate_series(1, 500000) n WHERE n % 250000 > 0;
VACUUM ANALYZE;
