SELECT 6104::int8 AS class, p.oid::int8 AS oid, NULL::text AS schema, p.pubname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE PUBLICATION %I%s WITH (publish = %L%s)', p.pubname,
         CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END,
         pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                              CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
         CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' ELSE '' END)]
       || ARRAY(SELECT pg_catalog.format('ALTER PUBLICATION %I ADD TABLE ONLY %I.%I%s%s', p.pubname, n.nspname, c.relname,
                  '', ''                                                                              -- until 14
                  coalesce((SELECT ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')'  -- since 15
                            FROM pg_catalog.pg_attribute a                                            -- since 15
                            WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs)), ''),            -- since 15
                  coalesce(' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')              -- since 15
                )
                FROM pg_catalog.pg_publication_rel r
                JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE r.prpubid = p.oid ORDER BY n.nspname, c.relname)
       || ARRAY(SELECT pg_catalog.format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I', p.pubname, n.nspname)  -- since 15
                FROM pg_catalog.pg_publication_namespace r                                            -- since 15
                JOIN pg_catalog.pg_namespace n ON n.oid = r.pnnspid                                   -- since 15
                WHERE r.pnpubid = p.oid ORDER BY n.nspname)                                           -- since 15
         AS definition,
       pg_catalog.format('DROP PUBLICATION %I', p.pubname) AS removal
FROM pg_catalog.pg_publication p
WHERE pg_catalog.cardinality($1) >= 0
ORDER BY p.pubname
