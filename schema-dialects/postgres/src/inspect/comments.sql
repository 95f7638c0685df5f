SELECT d.classoid::int8 AS class, d.objoid::int8 AS oid, d.objsubid::int4 AS part, d.description
FROM pg_catalog.pg_description d
WHERE d.objoid >= 16384 OR d.classoid = 2615
