SELECT c.oid::int8 AS oid,
       c.relnamespace::int8 AS schema,
       c.relname::text AS name,
       c.relkind::text AS kind,
       c.reltype::int8 AS row_type,
       c.reloftype::int8 AS of_type,
       c.relpersistence = 'u' AS unlogged,
       CASE WHEN m.amname <> 'heap' THEN m.amname::text END AS access_method,
       s.spcname::text AS tablespace,
       c.reloptions AS parameters,
       t.reloptions AS toast_parameters,
       c.relreplident::text AS replica_identity,
       c.relrowsecurity AS row_security,
       c.relforcerowsecurity AS force_row_security,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END AS bound,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS query,
       f.srvname::text AS server,
       ft.ftoptions AS foreign_options
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam AND c.relkind IN ('r', 'm', 'p')
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND c.reltoastrelid <> 0
LEFT JOIN pg_catalog.pg_foreign_table ft ON ft.ftrelid = c.oid
LEFT JOIN pg_catalog.pg_foreign_server f ON f.oid = ft.ftserver
WHERE c.relnamespace = ANY ($1)
  AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY c.oid
