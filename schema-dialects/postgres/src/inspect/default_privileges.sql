SELECT r.rolname::text AS role,
       n.nspname::text AS schema,
       d.defaclobjtype::text AS kind,
       coalesce(g.rolname::text, 'public') AS grantee,
       x.grantee = 0 AS to_everyone,
       x.privilege_type AS privilege,
       x.is_grantable AS grantable,
       x.grantee = d.defaclrole AND EXISTS (
         SELECT FROM pg_catalog.aclexplode(pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END::"char", d.defaclrole)) s
         WHERE s.grantee = x.grantee AND s.privilege_type = x.privilege_type
           AND s.is_grantable = x.is_grantable) AS is_standard,
       (SELECT count(*)
        FROM pg_catalog.aclexplode(pg_catalog.acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END::"char", d.defaclrole)) s
        WHERE s.grantee = d.defaclrole) AS standard_of_owner
FROM pg_catalog.pg_default_acl d
JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
LEFT JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) x ON true
LEFT JOIN pg_catalog.pg_roles g ON g.oid = x.grantee
WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1)
ORDER BY r.rolname, n.nspname, d.defaclobjtype
