SELECT i.indexrelid::int8 AS oid,
       i.indrelid::int8 AS relation,
       c.relname::text AS name,
       m.amname::text AS method,
       i.indisunique AS is_unique,
       false AS nulls_not_distinct,                    -- until 14
       i.indnullsnotdistinct AS nulls_not_distinct,    -- since 15
       i.indisvalid AS is_valid,
       i.indisclustered AS is_clustered,
       i.indisreplident AS is_replica_identity,
       i.indnkeyatts::int4 AS keys,
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
       c.reloptions AS parameters,
       s.spcname::text AS tablespace,
       ARRAY(SELECT u.value::int4 FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY u (value, at) ORDER BY u.at) AS columns,
       ARRAY(SELECT u.value::int4 FROM pg_catalog.unnest(i.indoption::int2[]) WITH ORDINALITY u (value, at) ORDER BY u.at) AS options,
       ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, p, false)
             FROM pg_catalog.generate_series(1, i.indnatts) p) AS parts,
       ARRAY(SELECT CASE WHEN o.opcdefault AND a.attoptions IS NULL THEN ''
                         WHEN n.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(o.opcname)
                         ELSE pg_catalog.format('%I.%I', n.nspname, o.opcname) END
                    || CASE WHEN a.attoptions IS NULL THEN ''
                            ELSE ' (' || (SELECT pg_catalog.string_agg(
                                            pg_catalog.split_part(x, '=', 1) || '='
                                            || pg_catalog.quote_literal(pg_catalog.substr(x, pg_catalog.strpos(x, '=') + 1)), ', ')
                                          FROM pg_catalog.unnest(a.attoptions) x) || ')' END
             FROM pg_catalog.unnest(i.indclass) WITH ORDINALITY u (oid, at)
             JOIN pg_catalog.pg_opclass o ON o.oid = u.oid
             JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
             LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = u.at
             ORDER BY u.at) AS operator_classes,
       ARRAY(SELECT CASE WHEN l.oid IS NULL OR l.oid = coalesce(ta.attcollation, xt.typcollation) THEN ''
                         ELSE pg_catalog.format('%I.%I', n.nspname, l.collname) END
             FROM pg_catalog.unnest(i.indcollation) WITH ORDINALITY u (oid, at)
             LEFT JOIN pg_catalog.pg_collation l ON l.oid = u.oid
             LEFT JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace
             LEFT JOIN pg_catalog.pg_attribute ta
               ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[u.at - 1] AND ta.attnum > 0
             LEFT JOIN pg_catalog.pg_attribute xa ON xa.attrelid = i.indexrelid AND xa.attnum = u.at
             LEFT JOIN pg_catalog.pg_type xt ON xt.oid = xa.atttypid
             ORDER BY u.at) AS collations,
       ARRAY(SELECT a.attnum::int4 FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0 ORDER BY a.attnum) AS statistics_columns,
       ARRAY(SELECT a.attstattarget::int4 FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0 ORDER BY a.attnum) AS statistics_targets
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_am m ON m.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
WHERE t.relnamespace = ANY ($1)
  AND t.relkind IN ('r', 'p', 'm')
ORDER BY i.indrelid, i.indexrelid
