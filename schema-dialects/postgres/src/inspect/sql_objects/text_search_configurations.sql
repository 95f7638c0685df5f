SELECT 3602::int8 AS class, c.oid::int8 AS oid, n.nspname::text AS schema, c.cfgname::text AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname,
                               pn.nspname, p.prsname)]
       || ARRAY(SELECT pg_catalog.format('ALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s',
                                         n.nspname, c.cfgname, t.alias,
                                         pg_catalog.string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno))
                FROM pg_catalog.pg_ts_config_map m
                JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                WHERE m.mapcfg = c.oid
                GROUP BY t.alias, m.maptokentype ORDER BY m.maptokentype) AS definition,
       pg_catalog.format('DROP TEXT SEARCH CONFIGURATION %I.%I', n.nspname, c.cfgname) AS removal
FROM pg_catalog.pg_ts_config c
JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
WHERE c.cfgnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 3602 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, c.cfgname
