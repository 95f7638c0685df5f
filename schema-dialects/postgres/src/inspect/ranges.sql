SELECT r.rngtypid::int8 AS oid,
       r.rngsubtype::int8 AS subtype_oid,
       pg_catalog.format_type(r.rngsubtype, NULL) AS subtype_name,
       r.rngmultitypid::int8 AS multirange_oid,
       m.typname::text AS multirange_name,
       m.typarray::int8 AS multirange_array,
       CASE WHEN NOT o.opcdefault THEN pg_catalog.format('%I.%I', onn.nspname, o.opcname) END AS operator_class,
       cn.nspname::text AS collation_schema,
       co.collname::text AS collation_name,
       CASE WHEN r.rngcanonical::oid <> 0 THEN r.rngcanonical::text END AS canonical,
       CASE WHEN r.rngsubdiff::oid <> 0 THEN r.rngsubdiff::text END AS subtype_diff
FROM pg_catalog.pg_range r
JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
JOIN pg_catalog.pg_type m ON m.oid = r.rngmultitypid
JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace onn ON onn.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation AND r.rngcollation <> s.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
WHERE r.rngtypid >= 16384
