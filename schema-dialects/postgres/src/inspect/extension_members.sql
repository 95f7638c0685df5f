SELECT d.classid::int8 AS class, d.objid::int8 AS oid, d.refobjid::int8 AS extension
FROM pg_catalog.pg_depend d
WHERE d.deptype = 'e' AND d.refclassid = 3079 AND d.refobjid >= 16384
