SELECT 3466::int8 AS class, t.oid::int8 AS oid, NULL::text AS schema, t.evtname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
         coalesce(' WHEN TAG IN (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(x), ', ')
                                       FROM pg_catalog.unnest(t.evttags) x) || ')', ''), t.evtfoid::regproc::text)]
       || CASE WHEN t.evtenabled = 'O' THEN ARRAY[]::text[]
               ELSE ARRAY[pg_catalog.format('ALTER EVENT TRIGGER %I %s', t.evtname,
                      CASE t.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END)]
          END AS definition,
       pg_catalog.format('DROP EVENT TRIGGER %I', t.evtname) AS removal
FROM pg_catalog.pg_event_trigger t
WHERE pg_catalog.cardinality($1) >= 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 3466 AND e.objid = t.oid AND e.deptype = 'e')
ORDER BY t.evtname
