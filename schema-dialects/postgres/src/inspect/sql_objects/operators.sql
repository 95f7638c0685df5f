SELECT 2617::int8 AS class, o.oid::int8 AS oid, n.nspname::text AS schema,
       pg_catalog.format('%s(%s, %s)', o.oprname,
                         CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END,
                         pg_catalog.format_type(o.oprright, NULL)) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, pg_catalog.concat_ws(', ',
         'FUNCTION = ' || o.oprcode::text,
         CASE WHEN o.oprleft <> 0 THEN 'LEFTARG = ' || pg_catalog.format_type(o.oprleft, NULL) END,
         'RIGHTARG = ' || pg_catalog.format_type(o.oprright, NULL),
         'COMMUTATOR = OPERATOR(' || pg_catalog.quote_ident(cn.nspname) || '.' || com.oprname || ')',
         'NEGATOR = OPERATOR(' || pg_catalog.quote_ident(nn.nspname) || '.' || neg.oprname || ')',
         CASE WHEN o.oprrest::oid <> 0 THEN 'RESTRICT = ' || o.oprrest::text END,
         CASE WHEN o.oprjoin::oid <> 0 THEN 'JOIN = ' || o.oprjoin::text END,
         CASE WHEN o.oprcanhash THEN 'HASHES' END,
         CASE WHEN o.oprcanmerge THEN 'MERGES' END))] AS definition,
       pg_catalog.format('DROP OPERATOR %I.%s (%s, %s)', n.nspname, o.oprname,
                         CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END,
                         pg_catalog.format_type(o.oprright, NULL)) AS removal
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN pg_catalog.pg_operator com ON com.oid = o.oprcom AND o.oprcom <> 0
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = com.oprnamespace
LEFT JOIN pg_catalog.pg_operator neg ON neg.oid = o.oprnegate AND o.oprnegate <> 0
LEFT JOIN pg_catalog.pg_namespace nn ON nn.oid = neg.oprnamespace
WHERE o.oprnamespace = ANY ($1) AND o.oprcode::oid <> 0
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2617 AND e.objid = o.oid AND e.deptype = 'e')
ORDER BY n.nspname, 4
