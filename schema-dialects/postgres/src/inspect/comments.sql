SELECT d.classoid::int8 AS class, d.objoid::int8 AS oid, d.objsubid::int4 AS part, d.description
FROM pg_catalog.pg_description d
WHERE (d.objoid >= 16384 OR d.classoid = 2615)
  AND (d.classoid NOT IN (1247, 1255, 1259, 2606, 2615, 2620, 3256) OR d.objoid IN (
        SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.oid = ANY ($1)
        UNION ALL SELECT t.oid FROM pg_catalog.pg_type t WHERE t.typnamespace = ANY ($1)
        UNION ALL SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = ANY ($1)
        UNION ALL SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace = ANY ($1)
        UNION ALL SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.connamespace = ANY ($1)
        UNION ALL SELECT t.oid FROM pg_catalog.pg_trigger t
                  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = ANY ($1)
        UNION ALL SELECT p.oid FROM pg_catalog.pg_policy p
                  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = ANY ($1)))
