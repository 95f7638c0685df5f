SELECT 2753::int8 AS class, f.oid::int8 AS oid, n.nspname::text AS schema,
       pg_catalog.format('%I USING %I', f.opfname, m.amname) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname)] AS definition,
       pg_catalog.format('DROP OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname) AS removal
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
WHERE f.opfnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2753 AND e.objid = f.oid AND e.deptype = 'e')
ORDER BY n.nspname, 4
