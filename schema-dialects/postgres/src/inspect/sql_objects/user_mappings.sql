SELECT 1418::int8 AS class, m.umid::int8 AS oid, NULL::text AS schema,
       pg_catalog.format('%s SERVER %I', CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END,
                         m.srvname) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE USER MAPPING FOR %s SERVER %I%s',
         CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, m.srvname,
         coalesce(' OPTIONS (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' '
                    || pg_catalog.quote_literal(o.option_value), ', ')
                  FROM pg_catalog.pg_options_to_table(m.umoptions) o) || ')', ''))] AS definition,
       pg_catalog.format('DROP USER MAPPING FOR %s SERVER %I',
         CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) END, m.srvname) AS removal
FROM pg_catalog.pg_user_mappings m
WHERE pg_catalog.cardinality($1) >= 0
ORDER BY 4
