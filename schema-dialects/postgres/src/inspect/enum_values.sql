SELECT e.enumtypid::int8 AS type_oid, e.enumlabel::text AS label
FROM pg_catalog.pg_enum e
ORDER BY e.enumtypid, e.enumsortorder
