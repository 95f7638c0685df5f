-- What an object is called is asked at the end, of the few that are left: of thousands of functions it takes longer than
-- everything else.
WITH object (class, oid, part, schema, kind, acl, standard) AS (
  SELECT 2615, n.oid, 0, n.oid, 'schema', n.nspacl, pg_catalog.acldefault('n', n.nspowner)
  FROM pg_catalog.pg_namespace n
  UNION ALL
  SELECT 1259, c.oid, 0, c.relnamespace, CASE WHEN c.relkind = 'S' THEN 'sequence' ELSE 'relation' END, c.relacl,
         pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
  FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  UNION ALL
  SELECT 1259, c.oid, a.attnum, c.relnamespace, 'column', a.attacl, '{}'
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 1255, p.oid, 0, p.pronamespace, 'routine', p.proacl, pg_catalog.acldefault('f', p.proowner)
  FROM pg_catalog.pg_proc p
  UNION ALL
  SELECT 1247, t.oid, 0, t.typnamespace, 'type', t.typacl, pg_catalog.acldefault('T', t.typowner)
  FROM pg_catalog.pg_type t
  UNION ALL
  SELECT 2612, l.oid, 0, NULL, 'language', l.lanacl, pg_catalog.acldefault('l', l.lanowner)
  FROM pg_catalog.pg_language l
  UNION ALL
  SELECT 2328, w.oid, 0, NULL, 'foreign-data wrapper', w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)
  FROM pg_catalog.pg_foreign_data_wrapper w
  UNION ALL
  SELECT 1417, s.oid, 0, NULL, 'foreign server', s.srvacl, pg_catalog.acldefault('S', s.srvowner)
  FROM pg_catalog.pg_foreign_server s
)
SELECT o.kind, called.name, e.extname::text AS extension
FROM object o
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.schema
LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = o.part
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e' AND d.refclassid = 3079
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
CROSS JOIN LATERAL (
  SELECT CASE o.class
    WHEN 1259 THEN o.oid::pg_catalog.regclass || coalesce(
      (SELECT '.' || pg_catalog.quote_ident(a.attname)
       FROM pg_catalog.pg_attribute a WHERE a.attrelid = o.oid AND a.attnum = o.part AND o.part > 0), '')
    WHEN 1255 THEN o.oid::pg_catalog.regprocedure::text
    WHEN 1247 THEN pg_catalog.format_type(o.oid, NULL)
    ELSE (pg_catalog.pg_identify_object(o.class, o.oid, 0)).identity
  END
) called (name)
WHERE (o.acl IS NOT NULL OR i.initprivs IS NOT NULL)
  AND (o.schema IS NULL OR e.oid IS NOT NULL OR n.nspname = 'pg_catalog')
  AND pg_catalog.cardinality($1) >= 0
  AND (o.schema IS NULL OR o.schema = ANY ($1)) -- named
  AND ARRAY(SELECT g::text FROM pg_catalog.unnest(coalesce(o.acl, o.standard)) g ORDER BY 1)
      <> ARRAY(SELECT g::text FROM pg_catalog.unnest(coalesce(i.initprivs, o.standard)) g ORDER BY 1)
ORDER BY o.kind, called.name
