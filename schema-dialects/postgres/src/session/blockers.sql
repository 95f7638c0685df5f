WITH touched AS (
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name, min(asked.rank) AS rank
    FROM unnest($1::text[], $2::text[], $3::int4[]) AS asked(schema, name, rank)
    JOIN pg_catalog.pg_namespace n ON n.nspname = asked.schema
    JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = asked.name
    GROUP BY c.oid, n.nspname, c.relname
), held AS (
    SELECT l.relation, l.pid, l.virtualtransaction,
           array_position(ARRAY['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock',
               'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'], l.mode) AS rank
    FROM pg_catalog.pg_locks l
    WHERE l.locktype = 'relation' AND l.granted
      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
)
SELECT 'transaction' AS kind, t.schema, t.name, count(DISTINCT a.pid) AS count,
       max(extract(epoch FROM clock_timestamp() - a.xact_start))::int8 AS seconds
FROM touched t JOIN held h ON h.relation = t.oid AND h.rank >= t.rank
JOIN pg_catalog.pg_stat_activity a ON a.pid = h.pid
WHERE a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
  AND a.xact_start <= clock_timestamp() - make_interval(secs => $4::float8)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
GROUP BY t.schema, t.name
UNION ALL
SELECT 'prepared', t.schema, t.name, count(DISTINCT p.gid),
       max(extract(epoch FROM clock_timestamp() - p.prepared))::int8
FROM touched t JOIN held h ON h.relation = t.oid AND h.rank >= t.rank
-- Its own lock tells which transaction it is: nobody has it any more.
JOIN pg_catalog.pg_locks own ON own.locktype = 'transactionid' AND own.virtualtransaction = h.virtualtransaction
JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = own.transactionid
WHERE h.pid IS NULL AND own.pid IS NULL
GROUP BY t.schema, t.name
UNION ALL
-- An autovacuum gives way, unless it keeps transaction numbers from wrapping around.
SELECT 'vacuum', t.schema, t.name, count(*), max(extract(epoch FROM clock_timestamp() - a.xact_start))::int8
FROM touched t JOIN pg_catalog.pg_stat_progress_vacuum v ON v.relid = t.oid
JOIN pg_catalog.pg_stat_activity a ON a.pid = v.pid
WHERE a.xact_start <= clock_timestamp() - make_interval(secs => $4::float8)
  AND (a.backend_type <> 'autovacuum worker' OR a.query LIKE '%to prevent wraparound%')
GROUP BY t.schema, t.name
UNION ALL
SELECT 'invalid_index', t.schema, t.name, count(*), 0
FROM touched t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relkind = 'i'
GROUP BY t.schema, t.name
ORDER BY 2, 3, 1
