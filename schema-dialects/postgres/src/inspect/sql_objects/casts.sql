SELECT 2605::int8 AS class, c.oid::int8 AS oid, NULL::text AS schema,
       pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
                         pg_catalog.format_type(c.casttarget, NULL)) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE CAST (%s AS %s) %s%s', pg_catalog.format_type(c.castsource, NULL),
                               pg_catalog.format_type(c.casttarget, NULL),
                               CASE c.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
                                    ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure::text END,
                               CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT'
                                    ELSE '' END)] AS definition,
       pg_catalog.format('DROP CAST (%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
                         pg_catalog.format_type(c.casttarget, NULL)) AS removal
FROM pg_catalog.pg_cast c
JOIN pg_catalog.pg_type s ON s.oid = c.castsource
JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
WHERE c.oid >= 16384
  AND (s.typnamespace = ANY ($1) OR t.typnamespace = ANY ($1) OR p.pronamespace = ANY ($1))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2605 AND e.objid = c.oid AND e.deptype IN ('e', 'i'))
ORDER BY 4
