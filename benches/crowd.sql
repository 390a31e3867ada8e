-- 10,000 orgs, a million users with an org each, and an org of 1,000 members.
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
VACUUM ANALYZE;
