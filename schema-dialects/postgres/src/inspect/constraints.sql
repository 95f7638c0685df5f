SELECT k.oid::int8 AS oid,
       k.conrelid::int8 AS relation,
       k.contypid::int8 AS domain,
       k.conname::text AS name,
       k.contype::text AS kind,
       k.condeferrable AS is_deferrable,
       k.condeferred AS is_deferred,
       k.convalidated AS validated,
       k.conkey::int4[] AS columns,
       k.conindid::int8 AS index,
       k.confrelid::int8 AS referenced,
       k.confkey::int4[] AS referenced_columns,
       k.confupdtype::text AS on_update,
       k.confdeltype::text AS on_delete,
       k.confmatchtype::text AS match_kind,
       NULL::int4[] AS set_columns,                    -- until 14
       k.confdelsetcols::int4[] AS set_columns,        -- since 15
       k.connoinherit AS no_inherit,
       k.conislocal AS is_local,
       k.coninhcount > 0 AS is_inherited,
       k.conparentid <> 0 AS of_parent,
       true AS enforced,                               -- until 17
       k.conenforced AS enforced,                      -- since 18
       false AS period,                                -- until 17
       k.conperiod AS period,                          -- since 18
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END AS expression,
       CASE WHEN k.contype = 'x' THEN
         ARRAY(SELECT CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname::text
                           ELSE pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) END
               FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY u (oid, at)
               JOIN pg_catalog.pg_operator o ON o.oid = u.oid
               JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
               ORDER BY u.at)
       END AS operators
FROM pg_catalog.pg_constraint k
WHERE k.connamespace = ANY ($1)
  AND k.contype IN ('p', 'u', 'x', 'c', 'f', 'n')
ORDER BY k.conrelid, k.contypid, k.oid
