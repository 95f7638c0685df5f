SELECT o.class::int8 AS class, o.oid::int8 AS oid, o.part::int4 AS part, r.rolname::text AS owner,
       coalesce(g.rolname::text, 'public') AS grantee,
       g.oid IS NULL AS to_everyone,
       x.privilege_type AS privilege,
       x.is_grantable AS grantable,
       EXISTS (SELECT FROM pg_catalog.aclexplode(o.standard) s
               WHERE s.grantee = x.grantee AND s.privilege_type = x.privilege_type
                 AND s.is_grantable = x.is_grantable) AS is_standard,
       (SELECT count(*) FROM pg_catalog.aclexplode(o.standard) s WHERE s.grantee = o.owner) AS standard_of_owner
FROM (
  SELECT 2615::int8 AS class, n.oid, 0 AS part, n.nspowner AS owner, n.nspacl AS acl,
         pg_catalog.acldefault('n', n.nspowner) AS standard
  FROM pg_catalog.pg_namespace n WHERE n.oid = ANY ($1)
  UNION ALL
  SELECT 1259, c.oid, 0, c.relowner, c.relacl,
         pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = ANY ($1) AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 1259, a.attrelid, a.attnum, c.relowner, a.attacl, NULL
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = ANY ($1) AND a.attacl IS NOT NULL AND a.attnum > 0
  UNION ALL
  SELECT 1255, p.oid, 0, p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
  FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY ($1)
  UNION ALL
  SELECT 1247, t.oid, 0, t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
  FROM pg_catalog.pg_type t
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  WHERE t.typnamespace = ANY ($1)
    AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c'))
) o
JOIN pg_catalog.pg_roles r ON r.oid = o.owner
LEFT JOIN LATERAL pg_catalog.aclexplode(coalesce(o.acl, o.standard)) x ON true
LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantee
ORDER BY o.class, o.oid, o.part
