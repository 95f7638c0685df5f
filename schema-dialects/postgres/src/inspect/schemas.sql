SELECT n.oid::int8 AS oid,
       n.nspname::text AS name,
       EXISTS (SELECT FROM pg_catalog.pg_depend e
               WHERE e.classid = 2615 AND e.objid = n.oid AND e.deptype = 'e') AS of_extension
FROM pg_catalog.pg_namespace n
WHERE CASE
        WHEN $1::text[] IS NOT NULL THEN n.nspname = ANY ($1)
        ELSE n.nspname NOT IN ('information_schema', 'groundplan') AND n.nspname NOT LIKE 'gp\_scratch\_%'
      END
  AND n.nspname !~ '^pg_'
ORDER BY n.nspname
