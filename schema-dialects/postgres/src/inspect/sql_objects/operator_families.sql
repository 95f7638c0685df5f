SELECT 2753::int8 AS class, f.oid::int8 AS oid, n.nspname::text AS schema,
       pg_catalog.format('%I USING %I', f.opfname, m.amname) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname)]
       -- What no class has by itself: of GIN, GiST and SP-GiST all operators, and whatever compares two types.
       || CASE WHEN members.list = '{}' THEN ARRAY[]::text[]
               ELSE ARRAY[pg_catalog.format('ALTER OPERATOR FAMILY %I.%I USING %I ADD %s', n.nspname, f.opfname, m.amname,
                                            pg_catalog.array_to_string(members.list, ', '))] END AS definition,
       pg_catalog.format('DROP OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname) AS removal
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
CROSS JOIN LATERAL (
  SELECT ARRAY(SELECT pg_catalog.format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator::text,
                        CASE WHEN o.amopsortfamily <> 0
                             THEN (SELECT pg_catalog.format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname)
                                   FROM pg_catalog.pg_opfamily sf
                                   JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
                                   WHERE sf.oid = o.amopsortfamily) ELSE '' END)
               FROM pg_catalog.pg_amop o
               WHERE o.amopfamily = f.oid
                 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                 WHERE d.classid = 2602 AND d.objid = o.oid AND d.refclassid = 2616)
               ORDER BY o.amopstrategy, 1)
         || ARRAY(SELECT pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum,
                           pg_catalog.format_type(p.amproclefttype, NULL),
                           pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::oid::regprocedure::text)
                  FROM pg_catalog.pg_amproc p
                  WHERE p.amprocfamily = f.oid
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                    WHERE d.classid = 2603 AND d.objid = p.oid AND d.refclassid = 2616)
                  ORDER BY p.amprocnum, 1) AS list) members
WHERE f.opfnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2753 AND e.objid = f.oid AND e.deptype = 'e')
ORDER BY n.nspname, 4
