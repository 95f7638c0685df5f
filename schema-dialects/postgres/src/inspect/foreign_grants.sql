WITH object (class, oid, part, schema, kind, name, acl, standard) AS (
  SELECT 2615, n.oid, 0, n.oid, 'schema', pg_catalog.quote_ident(n.nspname), n.nspacl,
         pg_catalog.acldefault('n', n.nspowner)
  FROM pg_catalog.pg_namespace n
  UNION ALL
  SELECT 1259, c.oid, 0, c.relnamespace, CASE WHEN c.relkind = 'S' THEN 'sequence' ELSE 'relation' END,
         c.oid::pg_catalog.regclass::text, c.relacl,
         pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
  FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 1259, c.oid, a.attnum, c.relnamespace, 'column',
         c.oid::pg_catalog.regclass || '.' || pg_catalog.quote_ident(a.attname), a.attacl, '{}'
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 1255, p.oid, 0, p.pronamespace, 'routine', p.oid::pg_catalog.regprocedure::text, p.proacl,
         pg_catalog.acldefault('f', p.proowner)
  FROM pg_catalog.pg_proc p
  UNION ALL
  SELECT 1247, t.oid, 0, t.typnamespace, 'type', pg_catalog.format_type(t.oid, NULL), t.typacl,
         pg_catalog.acldefault('T', t.typowner)
  FROM pg_catalog.pg_type t
  UNION ALL
  SELECT 2612, l.oid, 0, NULL, 'language', pg_catalog.quote_ident(l.lanname), l.lanacl,
         pg_catalog.acldefault('l', l.lanowner)
  FROM pg_catalog.pg_language l
  UNION ALL
  SELECT 2328, w.oid, 0, NULL, 'foreign-data wrapper', pg_catalog.quote_ident(w.fdwname), w.fdwacl,
         pg_catalog.acldefault('F', w.fdwowner)
  FROM pg_catalog.pg_foreign_data_wrapper w
  UNION ALL
  SELECT 1417, s.oid, 0, NULL, 'foreign server', pg_catalog.quote_ident(s.srvname), s.srvacl,
         pg_catalog.acldefault('S', s.srvowner)
  FROM pg_catalog.pg_foreign_server s
)
SELECT o.kind, o.name, e.extname::text AS extension
FROM object o
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.schema
LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = o.part
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e' AND d.refclassid = 3079
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE (o.acl IS NOT NULL OR i.initprivs IS NOT NULL)
  AND (o.schema IS NULL OR e.oid IS NOT NULL OR n.nspname = 'pg_catalog')
  AND pg_catalog.cardinality($1) >= 0
  AND (o.schema IS NULL OR o.schema = ANY ($1)) -- named
  AND ARRAY(SELECT g::text FROM pg_catalog.unnest(coalesce(o.acl, o.standard)) g ORDER BY 1)
      <> ARRAY(SELECT g::text FROM pg_catalog.unnest(coalesce(i.initprivs, o.standard)) g ORDER BY 1)
ORDER BY o.kind, o.name
