SELECT 3381::int8 AS class, s.oid::int8 AS oid, n.nspname::text AS schema, s.stxname::text AS name,
       NULL::text AS table_name,
       CASE WHEN coalesce(s.stxstattarget, -1) < 0 THEN ARRAY[pg_catalog.pg_get_statisticsobjdef(s.oid)]
            ELSE ARRAY[pg_catalog.pg_get_statisticsobjdef(s.oid),
                       pg_catalog.format('ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname,
                                         s.stxstattarget)] END AS definition,
       pg_catalog.format('DROP STATISTICS %I.%I', n.nspname, s.stxname) AS removal
FROM pg_catalog.pg_statistic_ext s
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE s.stxnamespace = ANY ($1)
ORDER BY n.nspname, s.stxname
