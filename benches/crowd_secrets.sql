-- Half a million rows of secrets under no key, two for each of the first quarter of a million people.
INSERT INTO custom_secrets (keycloak_user_id, org_id, secret_name, secret_value, description)
  SELECT md5('user' || n % 250000)::uuid::text, md5('user' || n % 250000)::uuid, 'NAME_' || n, repeat(md5(n::text), 6), ''
    FROM generate_series(1, 500000) n WHERE n % 250000 > 0;
VACUUM ANALYZE;
