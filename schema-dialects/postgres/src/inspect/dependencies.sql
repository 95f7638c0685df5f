SELECT d.classid::int8 AS class,
       d.objid::int8 AS oid,
       d.objsubid::int4 AS part,
       d.refclassid::int8 AS needed_class,
       d.refobjid::int8 AS needed_oid,
       d.refobjsubid::int4 AS needed_part,
       d.deptype = 'i' AS is_internal
FROM pg_catalog.pg_depend d
JOIN ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::oid[])) known (class, oid)  -- named
  ON d.refclassid = known.class AND d.refobjid = known.oid                                      -- named
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype NOT IN ('e', 'P', 'S')
