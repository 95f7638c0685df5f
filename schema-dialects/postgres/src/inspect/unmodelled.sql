SELECT kind, name FROM (
  SELECT 'trigger state of a partition' AS kind,
         pg_catalog.format('%I on %I.%I', t.tgname, n.nspname, c.relname) AS name, 2620 AS class, t.oid
  FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_trigger parent ON parent.oid = t.tgparentid
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  -- A foreign key's have the other table.
  WHERE t.tgenabled <> parent.tgenabled AND t.tgconstrrelid = 0 AND c.relnamespace = ANY ($1)
  UNION ALL
  SELECT 'type' AS kind, pg_catalog.format('%I.%I', n.nspname, t.typname) AS name, 1247 AS class, t.oid
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('b', 'p') AND NOT (t.typelem <> 0 AND t.typcategory = 'A') AND t.typnamespace = ANY ($1)
  UNION ALL
  SELECT 'language', pg_catalog.quote_ident(l.lanname), 2612, l.oid
  FROM pg_catalog.pg_language l WHERE l.oid >= 16384
  UNION ALL
  SELECT 'conversion', pg_catalog.format('%I.%I', n.nspname, c.conname), 2607, c.oid
  FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
  WHERE c.connamespace = ANY ($1)
  UNION ALL
  SELECT 'access method', pg_catalog.quote_ident(m.amname), 2601, m.oid
  FROM pg_catalog.pg_am m WHERE m.oid >= 16384
  UNION ALL
  SELECT 'transform', pg_catalog.format('for %s language %I', pg_catalog.format_type(t.trftype, NULL), l.lanname), 3576, t.oid
  FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
  UNION ALL
  SELECT 'text search parser', pg_catalog.format('%I.%I', n.nspname, p.prsname), 3601, p.oid
  FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
  WHERE p.prsnamespace = ANY ($1)
  UNION ALL
  SELECT 'text search template', pg_catalog.format('%I.%I', n.nspname, t.tmplname), 3764, t.oid
  FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
  WHERE t.tmplnamespace = ANY ($1)
) found
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = found.class AND e.objid = found.oid AND e.deptype IN ('e', 'i'))
ORDER BY kind, name
