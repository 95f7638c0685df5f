SELECT 1417::int8 AS class, s.oid::int8 AS oid, NULL::text AS schema, s.srvname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE SERVER %I%s%s FOREIGN DATA WRAPPER %I%s', s.srvname,
         coalesce(' TYPE ' || pg_catalog.quote_literal(s.srvtype), ''),
         coalesce(' VERSION ' || pg_catalog.quote_literal(s.srvversion), ''), w.fdwname,
         coalesce(' OPTIONS (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                    || pg_catalog.quote_literal(o.option_value), ', ')
                  FROM pg_catalog.pg_options_to_table(s.srvoptions) o) || ')', ''))] AS definition,
       pg_catalog.format('DROP SERVER %I', s.srvname) AS removal
FROM pg_catalog.pg_foreign_server s
JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE pg_catalog.cardinality($1) >= 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1417 AND e.objid = s.oid AND e.deptype = 'e')
ORDER BY s.srvname
