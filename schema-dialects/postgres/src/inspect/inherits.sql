SELECT i.inhrelid::int8 AS child, i.inhparent::int8 AS parent
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
WHERE c.relnamespace = ANY ($1)
ORDER BY i.inhrelid, i.inhseqno
