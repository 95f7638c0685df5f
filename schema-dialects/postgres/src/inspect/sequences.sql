SELECT c.oid::int8 AS oid,
       c.relnamespace::int8 AS schema,
       c.relname::text AS name,
       c.relpersistence = 'u' AS unlogged,
       pg_catalog.format_type(s.seqtypid, NULL) AS type_name,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       d.refobjid::int8 AS owner_relation,
       d.refobjsubid::int4 AS owner_column,
       coalesce(d.deptype = 'i', false) AS of_identity
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN pg_catalog.pg_depend d
  ON d.classid = 1259 AND d.objid = c.oid AND d.objsubid = 0 AND d.refclassid = 1259 AND d.refobjsubid > 0
     AND d.deptype IN ('a', 'i')
WHERE c.relnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1259 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY c.oid
