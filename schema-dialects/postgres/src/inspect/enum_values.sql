SELECT e.enumtypid::int8 AS type_oid, e.enumlabel::text AS label
FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
WHERE t.typnamespace = ANY ($1)
ORDER BY e.enumtypid, e.enumsortorder
