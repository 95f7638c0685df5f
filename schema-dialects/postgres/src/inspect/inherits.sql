SELECT i.inhrelid::int8 AS child, i.inhparent::int8 AS parent
FROM pg_catalog.pg_inherits i
ORDER BY i.inhrelid, i.inhseqno
