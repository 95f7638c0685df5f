SELECT 2618::int8 AS class, r.oid::int8 AS oid, n.nspname::text AS schema, r.rulename::text AS name,
       c.relname::text AS table_name,
       CASE WHEN r.ev_enabled = 'O' THEN ARRAY[pg_catalog.pg_get_ruledef(r.oid)]
            ELSE ARRAY[pg_catalog.pg_get_ruledef(r.oid),
                       pg_catalog.format('ALTER TABLE %I.%I %s RULE %I', n.nspname, c.relname,
                                         CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                                                           ELSE 'ENABLE ALWAYS' END, r.rulename)] END AS definition,
       pg_catalog.format('DROP RULE %I ON %I.%I', r.rulename, n.nspname, c.relname) AS removal
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ($1) AND r.rulename <> '_RETURN'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.relname, r.rulename
