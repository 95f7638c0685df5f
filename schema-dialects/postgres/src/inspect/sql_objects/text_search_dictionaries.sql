SELECT 3600::int8 AS class, d.oid::int8 AS oid, n.nspname::text AS schema, d.dictname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE TEXT SEARCH DICTIONARY %I.%I (TEMPLATE = %I.%I%s)', n.nspname, d.dictname,
                               tn.nspname, t.tmplname, coalesce(', ' || d.dictinitoption, ''))] AS definition,
       pg_catalog.format('DROP TEXT SEARCH DICTIONARY %I.%I', n.nspname, d.dictname) AS removal
FROM pg_catalog.pg_ts_dict d
JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE d.dictnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 3600 AND e.objid = d.oid AND e.deptype = 'e')
ORDER BY n.nspname, d.dictname
