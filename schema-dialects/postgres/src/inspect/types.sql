SELECT t.oid::int8 AS oid,
       t.typnamespace::int8 AS schema,
       t.typname::text AS name,
       t.typtype::text AS kind,
       t.typarray::int8 AS array_type,
       t.typelem::int8 AS element_type,
       t.typcategory = 'A' AS is_array,
       t.typrelid::int8 AS relation,
       t.typbasetype::int8 AS base_oid,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base_name,
       t.typnotnull AS not_null,
       CASE WHEN t.typtype = 'd' THEN coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), t.typdefault) END
         AS default_expression,
       cn.nspname::text AS collation_schema,
       co.collname::text AS collation_name,
       EXISTS (SELECT FROM pg_catalog.pg_depend e
               WHERE e.classid = 1247 AND e.objid = t.oid AND e.deptype = 'e') AS of_extension
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation co ON t.typtype = 'd' AND co.oid = t.typcollation AND t.typcollation <> b.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE t.typnamespace = ANY ($1)
ORDER BY t.oid
