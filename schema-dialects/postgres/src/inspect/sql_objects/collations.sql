SELECT 3456::int8 AS class, c.oid::int8 AS oid, n.nspname::text AS schema, c.collname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname, pg_catalog.concat_ws(', ',
         'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
         CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
         CASE WHEN c.collcollate = c.collctype THEN 'locale = ' || pg_catalog.quote_literal(c.collcollate)
              ELSE 'lc_collate = ' || pg_catalog.quote_literal(c.collcollate)
                   || ', lc_ctype = ' || pg_catalog.quote_literal(c.collctype) END,
         'locale = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'colliculocale'),
         'locale = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'colllocale'),
         'rules = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'collicurules')
       ))] AS definition,
       pg_catalog.format('DROP COLLATION %I.%I', n.nspname, c.collname) AS removal
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.collnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 3456 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.collname
