SELECT 'default privileges' AS kind,
       pg_catalog.format('of %I%s for %s', r.rolname, coalesce(pg_catalog.format(' in schema %I', n.nspname), ''),
                         CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'routines'
                                              WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
                                              ELSE 'large objects' END) AS name
FROM pg_catalog.pg_default_acl d
JOIN pg_catalog.pg_roles r ON r.oid = d.defaclrole
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0 OR d.defaclnamespace = ANY ($1)
ORDER BY name
