SELECT a.attrelid::int8 AS relation,
       a.attnum::int4 AS number,
       a.attname::text AS name,
       a.atttypid::int8 AS type_oid,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_name,
       a.attnotnull AS not_null,
       d.oid::int8 AS default_oid,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_expression,
       a.attidentity::text AS identity, -- until 16
       CASE WHEN NOT c.relispartition THEN a.attidentity::text ELSE '' END AS identity, -- since 17
       a.attgenerated::text AS generated,
       cn.nspname::text AS collation_schema,
       co.collname::text AS collation_name,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage,
       a.attcompression::text AS compression,
       nullif(a.attstattarget, -1)::int4 AS statistics,
       a.attoptions AS options,
       a.attfdwoptions AS foreign_options,
       a.attislocal AS is_local,
       a.attinhcount > 0 AS is_inherited
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE c.relnamespace = ANY ($1)
  AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
