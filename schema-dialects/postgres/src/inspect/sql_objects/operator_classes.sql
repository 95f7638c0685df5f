SELECT 2616::int8 AS class, c.oid::int8 AS oid, n.nspname::text AS schema,
       pg_catalog.format('%I USING %I', c.opcname, m.amname) AS name,
       NULL::text AS table_name,
       ARRAY[pg_catalog.format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS %s', n.nspname, c.opcname,
         CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END, pg_catalog.format_type(c.opcintype, NULL), m.amname,
         fn.nspname, f.opfname,
         pg_catalog.array_to_string(
           CASE WHEN c.opckeytype <> 0 THEN ARRAY['STORAGE ' || pg_catalog.format_type(c.opckeytype, NULL)]
                ELSE ARRAY[]::text[] END
           || ARRAY(SELECT pg_catalog.format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator::text,
                             CASE WHEN o.amopsortfamily <> 0
                                  THEN (SELECT pg_catalog.format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname)
                                        FROM pg_catalog.pg_opfamily sf
                                        JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
                                        WHERE sf.oid = o.amopsortfamily) ELSE '' END)
                    FROM pg_catalog.pg_amop o
                    JOIN pg_catalog.pg_depend d ON d.classid = 2602 AND d.objid = o.oid AND d.refclassid = 2616
                                                   AND d.refobjid = c.oid
                    ORDER BY o.amopstrategy)
           || ARRAY(SELECT pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum,
                             pg_catalog.format_type(p.amproclefttype, NULL),
                             pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::oid::regprocedure::text)
                    FROM pg_catalog.pg_amproc p
                    JOIN pg_catalog.pg_depend d ON d.classid = 2603 AND d.objid = p.oid AND d.refclassid = 2616
                                                   AND d.refobjid = c.oid
                    ORDER BY p.amprocnum), ', '))] AS definition,
       pg_catalog.format('DROP OPERATOR CLASS %I.%I USING %I', n.nspname, c.opcname, m.amname) AS removal
FROM pg_catalog.pg_opclass c
JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
WHERE c.opcnamespace = ANY ($1)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 2616 AND e.objid = c.oid AND e.deptype = 'e')
ORDER BY n.nspname, 4
