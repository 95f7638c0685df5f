SELECT p.oid::int8 AS oid,
       p.pronamespace::int8 AS schema,
       p.proname::text AS name,
       p.prokind::text AS kind,
       CASE WHEN p.prokind = 'a' THEN pg_catalog.pg_get_function_identity_arguments(p.oid)
            ELSE pg_catalog.oidvectortypes(p.proargtypes) END AS arguments,
       pg_catalog.pg_get_function_result(p.oid) AS returns,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid)
            ELSE pg_catalog.format('CREATE AGGREGATE %I.%I(%s) (', n.nspname, p.proname,
                                   pg_catalog.pg_get_function_arguments(p.oid))
              || pg_catalog.concat_ws(', ',
                   'SFUNC = ' || a.aggtransfn::text,
                   'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
                   CASE WHEN a.aggtransspace <> 0 THEN 'SSPACE = ' || a.aggtransspace END,
                   CASE WHEN a.aggfinalfn::oid <> 0 THEN 'FINALFUNC = ' || a.aggfinalfn::text END,
                   CASE WHEN a.aggfinalfn::oid <> 0 AND a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                   CASE WHEN a.aggfinalfn::oid <> 0
                             AND a.aggfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::"char"
                        THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY'
                                                        WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                   CASE WHEN a.aggcombinefn::oid <> 0 THEN 'COMBINEFUNC = ' || a.aggcombinefn::text END,
                   CASE WHEN a.aggserialfn::oid <> 0 THEN 'SERIALFUNC = ' || a.aggserialfn::text END,
                   CASE WHEN a.aggdeserialfn::oid <> 0 THEN 'DESERIALFUNC = ' || a.aggdeserialfn::text END,
                   'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
                   CASE WHEN a.aggmtransfn::oid <> 0 THEN 'MSFUNC = ' || a.aggmtransfn::text END,
                   CASE WHEN a.aggminvtransfn::oid <> 0 THEN 'MINVFUNC = ' || a.aggminvtransfn::text END,
                   CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
                   CASE WHEN a.aggmtransspace <> 0 THEN 'MSSPACE = ' || a.aggmtransspace END,
                   CASE WHEN a.aggmfinalfn::oid <> 0 THEN 'MFINALFUNC = ' || a.aggmfinalfn::text END,
                   CASE WHEN a.aggmfinalfn::oid <> 0 AND a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                   'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
                   CASE WHEN a.aggsortop <> 0
                        THEN 'SORTOP = ' || (SELECT pg_catalog.format('OPERATOR(%I.%s)', sn.nspname, o.oprname)
                                             FROM pg_catalog.pg_operator o
                                             JOIN pg_catalog.pg_namespace sn ON sn.oid = o.oprnamespace
                                             WHERE o.oid = a.aggsortop) END,
                   CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                   CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END)
              || ')'
       END AS definition
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid
WHERE p.pronamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 1255 AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
ORDER BY p.oid
