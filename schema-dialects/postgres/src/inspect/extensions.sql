SELECT x.oid::int8 AS oid,
       x.extname::text AS name,
       n.nspname::text AS schema,
       nullif(x.extversion, v.default_version) AS version,
       v.name IS NOT NULL AS is_available,
       v.comment AS own_comment
FROM pg_catalog.pg_extension x
JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
LEFT JOIN pg_catalog.pg_available_extensions v ON v.name = x.extname
WHERE x.oid >= 16384
ORDER BY x.extname
