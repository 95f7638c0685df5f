SELECT t.oid::int8 AS oid,
       t.tgrelid::int8 AS relation,
       t.tgname::text AS name,
       t.tgenabled::text AS state,
       pg_catalog.pg_get_triggerdef(t.oid, false) AS definition
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = ANY ($1)
  AND NOT t.tgisinternal
  AND t.tgparentid = 0
ORDER BY t.tgrelid, t.tgname
