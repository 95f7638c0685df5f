SELECT 2328::int8 AS class, w.oid::int8 AS oid, NULL::text AS schema, w.fdwname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE FOREIGN DATA WRAPPER %I%s%s%s', w.fdwname,
         CASE WHEN w.fdwhandler <> 0 THEN ' HANDLER ' || w.fdwhandler::regproc::text ELSE '' END,
         CASE WHEN w.fdwvalidator <> 0 THEN ' VALIDATOR ' || w.fdwvalidator::regproc::text ELSE '' END,
         coalesce(' OPTIONS (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                    || pg_catalog.quote_literal(o.option_value), ', ')
                  FROM pg_catalog.pg_options_to_table(w.fdwoptions) o) || ')', ''))] AS definition,
       pg_catalog.format('DROP FOREIGN DATA WRAPPER %I', w.fdwname) AS removal
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE pg_catalog.cardinality($1) >= 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2328 AND e.objid = w.oid AND e.deptype = 'e')
ORDER BY w.fdwname
