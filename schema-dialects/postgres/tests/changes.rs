//! Changes with a trap in them, each led through on every server that is there, with rows in the tables.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test stops where it fails")]

mod support;

use support::judge::{Bench, Outcome};
use support::{every_server, say};

/// A name, the oldest version, and the schema before and after.
type Change = (&'static str, u32, &'static str, &'static str);

const CHANGES: &[Change] = &[
    (
        "the elements of arrays get other attributes",
        14,
        "CREATE TYPE r AS (a integer, b text, c date); \
         CREATE TABLE t (id integer, l r[] DEFAULT '{}', n r[][], s r); CREATE TABLE h () INHERITS (t)",
        "CREATE TYPE r AS (b character varying(20), d boolean, a bigint); \
         CREATE TABLE t (id integer, l r[] DEFAULT '{}', n r[][], s r); CREATE TABLE h () INHERITS (t)",
    ),
    (
        "a table becomes a partition, and the parent's index takes a new one of the same keys as an older one",
        14,
        "CREATE TABLE p (k integer, c integer) PARTITION BY RANGE (k); CREATE INDEX p_c ON p (c); \
         CREATE TABLE p_a (k integer, c integer); CREATE INDEX older ON p_a (c)",
        "CREATE TABLE p (k integer, c integer) PARTITION BY RANGE (k); \
         CREATE TABLE p_a (k integer, c integer); CREATE INDEX younger ON p_a (c); \
         ALTER TABLE p ATTACH PARTITION p_a FOR VALUES FROM (0) TO (99); CREATE INDEX p_c ON p (c); \
         CREATE INDEX older ON p_a (c)",
    ),
    (
        "a table with two indexes of the same keys becomes a partition, and the parent's takes the younger",
        14,
        "CREATE TABLE p (k integer, c integer) PARTITION BY RANGE (k); CREATE INDEX p_c ON p (c); \
         CREATE TABLE p_a (k integer, c integer); CREATE INDEX older ON p_a (c); CREATE INDEX younger ON p_a (c)",
        "CREATE TABLE p (k integer, c integer) PARTITION BY RANGE (k); \
         CREATE TABLE p_a (k integer, c integer); CREATE INDEX younger ON p_a (c); \
         ALTER TABLE p ATTACH PARTITION p_a FOR VALUES FROM (0) TO (99); CREATE INDEX p_c ON p (c); \
         CREATE INDEX older ON p_a (c)",
    ),
    (
        "a materialized view without rows yet gets a unique index",
        14,
        "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        "CREATE TABLE t (a integer); CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA; \
         CREATE UNIQUE INDEX x ON m (a)",
    ),
    (
        "a column gets another type, and a rule that fills the same column of an heir goes",
        14,
        "CREATE TABLE p (id bigint, k integer, a integer); CREATE TABLE i (CHECK (k > 1)) INHERITS (p); \
         CREATE RULE r AS ON INSERT TO p WHERE new.k > 1 DO INSTEAD INSERT INTO i (id, k) VALUES (DEFAULT, new.k)",
        "CREATE TABLE p (id integer, k integer)",
    ),
    (
        "a column gets another type, and a view of the same column of an heir goes",
        14,
        "CREATE TABLE p (id bigint, k integer); CREATE TABLE i (l integer) INHERITS (p); \
         CREATE VIEW v AS SELECT id FROM i",
        "CREATE TABLE p (id integer, k integer); CREATE TABLE i (l integer) INHERITS (p)",
    ),
    (
        "an extension is described otherwise",
        14,
        "CREATE EXTENSION citext; CREATE EXTENSION hstore",
        "CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'it''s text'; \
         CREATE EXTENSION hstore; COMMENT ON EXTENSION hstore IS NULL",
    ),
    (
        "an extension gets the description back that it brings",
        14,
        "CREATE EXTENSION citext; COMMENT ON EXTENSION citext IS 'it''s text'; \
         CREATE EXTENSION hstore; COMMENT ON EXTENSION hstore IS NULL",
        "CREATE EXTENSION citext; CREATE EXTENSION hstore; \
         CREATE EXTENSION pg_trgm; COMMENT ON EXTENSION pg_trgm IS 'of three'",
    ),
    (
        "a new table's NOT NULL is to be called as that of a table which had the new one's name",
        18,
        "CREATE TABLE b (id integer CONSTRAINT a_id_not_null NOT NULL, c integer)",
        "CREATE TABLE b (id integer CONSTRAINT a_id_not_null1 NOT NULL, c integer); CREATE TABLE a (id integer NOT NULL)",
    ),
    (
        "a new table's NOT NULL is to be called as that of a table which goes",
        18,
        "CREATE TABLE b (id integer CONSTRAINT a_id_not_null NOT NULL); CREATE TABLE c (id integer)",
        "CREATE TABLE a (id integer NOT NULL); \
         CREATE TABLE c (id integer, n integer CONSTRAINT a_n_not_null NOT NULL DEFAULT 1)",
    ),
    (
        "a column's NOT NULL is to be called as one that goes",
        18,
        "CREATE TABLE a (id integer); CREATE TABLE b (k integer CONSTRAINT a_id_not_null NOT NULL)",
        "CREATE TABLE a (id integer NOT NULL); CREATE TABLE b (k integer)",
    ),
    (
        "a new column's NOT NULL is to be called as that of a column which goes",
        18,
        "CREATE TABLE t (id integer, a integer CONSTRAINT t_b_not_null NOT NULL, c integer CONSTRAINT x NOT NULL)",
        "CREATE TABLE t (id integer, b integer NOT NULL DEFAULT 1, d integer CONSTRAINT x NOT NULL DEFAULT 1)",
    ),
    (
        "a new domain's NOT NULL is to be called as that of one which goes",
        17,
        "CREATE DOMAIN e AS integer CONSTRAINT d_not_null NOT NULL; CREATE DOMAIN g AS integer",
        "CREATE DOMAIN d AS integer NOT NULL; CREATE DOMAIN g AS integer CONSTRAINT h_not_null NOT NULL",
    ),
    (
        "a new table is numbered by a sequence that is called as that of a table which had its name",
        14,
        "CREATE TABLE b (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME a_id_seq)); CREATE TABLE d \
         (id integer, n integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME c_id_seq))",
        "CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY); \
         CREATE TABLE b (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME b_id_seq)); \
         CREATE TABLE c (id integer GENERATED ALWAYS AS IDENTITY); CREATE TABLE d (id integer)",
    ),
    (
        "a schema goes with a sequence that no column owns",
        14,
        "CREATE SCHEMA a; CREATE SEQUENCE a.s; CREATE TABLE t (id bigint DEFAULT nextval('a.s'))",
        "CREATE TABLE t (id bigint)",
    ),
    (
        "a new table inherits a column that is computed, and has it itself",
        14,
        "CREATE TABLE p (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED)",
        "CREATE TABLE p (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED); \
         CREATE TABLE c (b integer) INHERITS (p)",
    ),
    (
        "an operator class goes with the operator and the function that it is made of",
        14,
        "CREATE TYPE c AS (a integer); \
         CREATE FUNCTION same(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a'; \
         CREATE FUNCTION hashed(c) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a'; \
         CREATE OPERATOR = (FUNCTION = same, LEFTARG = c, RIGHTARG = c); \
         CREATE OPERATOR CLASS by_a FOR TYPE c USING hash AS OPERATOR 1 =, FUNCTION 1 hashed(c)",
        "CREATE TYPE c AS (a integer)",
    ),
    (
        "an operator class holds no operator by itself, but its family does",
        14,
        "CREATE TABLE t (b box)",
        "CREATE TABLE t (b box); CREATE OPERATOR CLASS k FOR TYPE box USING gist AS OPERATOR 1 << (box, box), \
         FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), \
         FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), \
         FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal), \
         FUNCTION 8 gist_box_distance(internal, box, smallint, oid, internal); \
         CREATE INDEX i ON t USING gist (b k)",
    ),
    (
        "an operator family compares values of two types",
        14,
        "CREATE OPERATOR FAMILY f USING btree",
        "CREATE OPERATOR FAMILY f USING btree; ALTER OPERATOR FAMILY f USING btree \
         ADD OPERATOR 1 < (integer, smallint), FUNCTION 1 btint42cmp(integer, smallint)",
    ),
    (
        "tables go whose policies look at each other",
        14,
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE VIEW av AS SELECT * FROM a; \
         CREATE FUNCTION bf() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM b; END; \
         CREATE POLICY p ON a USING (x = bf()); CREATE POLICY q ON b USING (x = (SELECT x FROM av)); \
         CREATE POLICY r ON b FOR UPDATE USING (x = bf()); CREATE TABLE s (a integer)",
        "CREATE TABLE s (a integer)",
    ),
    (
        "tables go whose rules write into each other",
        14,
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer); \
         CREATE RULE r AS ON INSERT TO a DO ALSO INSERT INTO b VALUES (1); \
         CREATE RULE q AS ON DELETE TO b DO ALSO DELETE FROM a WHERE a.x = old.x; CREATE TABLE s (a integer)",
        "CREATE TABLE s (a integer)",
    ),
    (
        "a table goes whose default, check and index call functions of its rows, and are called by a trigger",
        14,
        "CREATE TABLE t (i integer); CREATE VIEW v AS SELECT i FROM t; \
         CREATE FUNCTION n() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM v; END; \
         CREATE FUNCTION f(t) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'; \
         CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
         ALTER TABLE t ADD k bigint DEFAULT n(), ADD CHECK (f(t.*) > 0), \
         ADD EXCLUDE USING btree ((f(t.*)) WITH =) WHERE (i > 0); CREATE INDEX x ON t (f(t.*)); \
         CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW WHEN (n() > 1) EXECUTE FUNCTION g(); CREATE TABLE s (a integer)",
        "CREATE TABLE s (a integer)",
    ),
    (
        "a column goes with a function that counts it, and is counted by it",
        14,
        "CREATE TABLE t (i integer, k bigint); \
         CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(k) FROM t; END; \
         ALTER TABLE t ALTER i SET DEFAULT f(), ALTER k SET DEFAULT f()",
        "CREATE TABLE t (i integer)",
    ),
    (
        "a domain asks the table that it is a column of",
        14,
        "CREATE DOMAIN d AS integer; CREATE TABLE t (i d); \
         CREATE FUNCTION f(integer) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT count(*) >= 0 FROM t WHERE i = $1; END; \
         ALTER DOMAIN d ADD CHECK (f(VALUE)); ALTER DOMAIN d ADD CHECK (VALUE > 0); COMMENT ON DOMAIN d IS 'asks'; \
         CREATE TABLE s (a integer)",
        "CREATE TABLE s (a integer)",
    ),
    (
        "partitions come, leave and join a table whose keys do not overlap",
        18,
        "CREATE TABLE p (id int4range, v datemultirange, n integer, CONSTRAINT k PRIMARY KEY (id, v WITHOUT OVERLAPS), \
         EXCLUDE USING gist (id WITH =, v WITH &&)) PARTITION BY LIST (id); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN ('[1,2)'); ALTER TABLE a RENAME CONSTRAINT a_pkey TO k_of_a; \
         CREATE TABLE c (id int4range, v datemultirange, n integer, CONSTRAINT c_k PRIMARY KEY (id, v WITHOUT OVERLAPS))",
        "CREATE TABLE p (id int4range, v datemultirange, n integer, CONSTRAINT k PRIMARY KEY (id, v WITHOUT OVERLAPS), \
         EXCLUDE USING gist (id WITH =, v WITH &&)) PARTITION BY LIST (id); \
         CREATE TABLE a (id int4range, v datemultirange, n integer, CONSTRAINT k_of_a PRIMARY KEY (id, v WITHOUT OVERLAPS)); \
         CREATE TABLE b PARTITION OF p FOR VALUES IN ('[2,3)') PARTITION BY LIST (id); \
         CREATE TABLE b_d PARTITION OF b DEFAULT; CREATE TABLE c PARTITION OF p FOR VALUES IN ('[3,4)'); \
         COMMENT ON CONSTRAINT b_pkey ON b IS 'of b'",
    ),
    (
        "a materialized view is clustered on an index that is new, and on another that stays",
        14,
        "CREATE TABLE t (id integer); CREATE MATERIALIZED VIEW v AS SELECT id FROM t; \
         CREATE MATERIALIZED VIEW w AS SELECT id FROM t; CREATE INDEX w_a ON w (id); CREATE INDEX w_b ON w (id); \
         ALTER MATERIALIZED VIEW w CLUSTER ON w_a",
        "CREATE TABLE t (id integer); CREATE MATERIALIZED VIEW v AS SELECT id FROM t; CREATE INDEX v_i ON v (id); \
         ALTER MATERIALIZED VIEW v CLUSTER ON v_i; COMMENT ON MATERIALIZED VIEW v IS 'in order'; \
         CREATE MATERIALIZED VIEW w AS SELECT id FROM t; CREATE INDEX w_b ON w (id); \
         ALTER MATERIALIZED VIEW w CLUSTER ON w_b",
    ),
    (
        "an enum, a range and a domain become others by which rows refer to each other",
        14,
        "CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE p (e e PRIMARY KEY, other e REFERENCES p); \
         CREATE TABLE c (e e REFERENCES p ON DELETE CASCADE); CREATE DOMAIN d AS integer; CREATE TABLE q (d d PRIMARY KEY); \
         CREATE TABLE r (d d REFERENCES q); CREATE TYPE g AS RANGE (subtype = integer); CREATE TABLE u (g g PRIMARY KEY); \
         CREATE TABLE w (g g REFERENCES u)",
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE p (e e PRIMARY KEY, other e REFERENCES p); \
         CREATE TABLE c (e e REFERENCES p ON DELETE CASCADE); CREATE DOMAIN d AS bigint; CREATE TABLE q (d d PRIMARY KEY); \
         CREATE TABLE r (d d REFERENCES q); CREATE TYPE g AS RANGE (subtype = bigint); CREATE TABLE u (g g PRIMARY KEY); \
         CREATE TABLE w (g g REFERENCES u)",
    ),
    (
        "new tables have a NOT NULL that is not validated, and that heirs do not take",
        18,
        "CREATE TABLE s (a integer)",
        "CREATE TABLE s (a integer); CREATE TABLE t (a integer); \
         ALTER TABLE t ADD CONSTRAINT n NOT NULL a NO INHERIT NOT VALID; CREATE TABLE c () INHERITS (t); \
         ALTER TABLE c ADD CONSTRAINT n NOT NULL a NOT VALID; ALTER TABLE s ADD CONSTRAINT m NOT NULL a NO INHERIT NOT VALID; \
         COMMENT ON CONSTRAINT m ON s IS 'for new rows'",
    ),
    (
        "a table loses a check that it has from its parent and of its own",
        14,
        "CREATE TABLE p (a integer, CONSTRAINT k CHECK (a > 0)); \
         CREATE TABLE c (CONSTRAINT k CHECK (a > 0)) INHERITS (p)",
        "CREATE TABLE p (a integer, CONSTRAINT l CHECK (a >= 0)); CREATE TABLE c () INHERITS (p)",
    ),
    (
        "a partitioned table goes with the foreign key that rests on its partitions",
        14,
        "CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b)) PARTITION BY LIST (a); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (b); \
         CREATE TABLE p_a_b PARTITION OF p_a DEFAULT; \
         CREATE TABLE r (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p)",
        "CREATE TABLE s (a integer)",
    ),
    (
        "a partitioned table goes whose rows refer to each other",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES p) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id); \
         CREATE TABLE p_a_b PARTITION OF p_a DEFAULT; CREATE TABLE p_d PARTITION OF p DEFAULT",
        "CREATE TABLE s (a integer)",
    ),
    (
        "partitions go of a table that is referred to",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES p) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES IN (101) PARTITION BY LIST (id); \
         CREATE TABLE p_a_b PARTITION OF p_a DEFAULT; CREATE TABLE p_d PARTITION OF p FOR VALUES IN (102); \
         CREATE TABLE r (id integer REFERENCES p, own integer REFERENCES p_d)",
        "CREATE TABLE p (id integer PRIMARY KEY, up integer REFERENCES p) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES IN (101) PARTITION BY LIST (id); \
         CREATE TABLE r (id integer REFERENCES p, own integer)",
    ),
    (
        "a view comes to show a column of another collation",
        14,
        "CREATE TABLE t (a text, b text COLLATE \"C\"); CREATE VIEW v AS SELECT a AS x FROM t",
        "CREATE TABLE t (a text, b text COLLATE \"C\"); CREATE VIEW v AS SELECT b AS x FROM t",
    ),
    (
        "new tables inherit a default that calls what is made anew",
        14,
        "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a; END'",
        "CREATE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a; END'; \
         CREATE TABLE p (c integer DEFAULT f(3)); CREATE TABLE i () INHERITS (p); CREATE TABLE j () INHERITS (i)",
    ),
    (
        "a partitioned table's column gets another type, and what its default calls is made anew",
        14,
        "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a; END'; \
         CREATE TABLE p (k integer, c bigint NOT NULL DEFAULT f(3)) PARTITION BY RANGE (k); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES FROM (1) TO (9); CREATE TABLE p_d PARTITION OF p DEFAULT",
        "CREATE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN a; END'; \
         CREATE TABLE p (k integer, c double precision NOT NULL) PARTITION BY RANGE (k); \
         CREATE TABLE p_a PARTITION OF p FOR VALUES FROM (1) TO (9); CREATE TABLE p_d PARTITION OF p DEFAULT",
    ),
    (
        "a table that goes refers to a column which a function is to read as another type",
        14,
        "CREATE TABLE t (id integer UNIQUE); CREATE TABLE r (t integer REFERENCES t (id)); \
         CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM r; END",
        "CREATE TABLE t (id bigint PRIMARY KEY); \
         CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(id) FROM t; END",
    ),
    (
        "a collation is made anew under a column of a table that is made anew",
        14,
        "CREATE COLLATION odd FROM \"POSIX\"; CREATE TABLE p (id integer, \
         n text COLLATE odd GENERATED ALWAYS AS (id::text) STORED) PARTITION BY RANGE (id); \
         CREATE TABLE p_a PARTITION OF p DEFAULT; CREATE INDEX i ON p (n)",
        "CREATE COLLATION odd FROM \"C\"; CREATE TABLE p (id integer, n varchar) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p DEFAULT; CREATE INDEX i ON p (id)",
    ),
    (
        "a partition comes under indexes of the same keys",
        14,
        "CREATE TABLE p (k integer, c date) PARTITION BY RANGE (k); CREATE TABLE d (LIKE p); \
         CREATE INDEX z ON p (c) WITH (fillfactor = 50); CREATE INDEX y ON p (c)",
        "CREATE TABLE p (k integer, c date) PARTITION BY RANGE (k); CREATE TABLE d PARTITION OF p DEFAULT; \
         CREATE INDEX z ON p (c) WITH (fillfactor = 50); CREATE INDEX y ON p (c)",
    ),
    (
        "a partition has an index already for one of two of the same keys",
        14,
        "CREATE TABLE p (k integer) PARTITION BY RANGE (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX own ON a (k DESC)",
        "CREATE TABLE p (k integer) PARTITION BY RANGE (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX own ON a (k DESC); CREATE INDEX z ON p (k) WITH (fillfactor = 50); CREATE INDEX y ON p (k)",
    ),
    (
        "a partition keeps its index for one of two of the same keys, of a table that is made anew",
        14,
        "CREATE TABLE p (k integer) PARTITION BY RANGE (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX z ON p (k) WITH (fillfactor = 50)",
        "CREATE TABLE p (k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX z ON p (k) WITH (fillfactor = 50); CREATE INDEX y ON p (k)",
    ),
    (
        "a domain is made anew under an index of a partitioned table that holds more than its keys",
        14,
        "CREATE DOMAIN d AS text; CREATE TABLE p (k integer, c d) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE INDEX x ON p (c) INCLUDE (k)",
        "CREATE DOMAIN d AS varchar(90); CREATE TABLE p (k integer, c d) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE INDEX x ON p (c) INCLUDE (k)",
    ),
    (
        "a constraint gets another name while its column is made anew",
        14,
        "CREATE TABLE t (a integer, b integer[] DEFAULT '{}', CONSTRAINT u UNIQUE (b), CONSTRAINT c CHECK (b[1] > 0))",
        "CREATE TABLE t (a integer, b integer[] GENERATED ALWAYS AS (ARRAY[a]) STORED, CONSTRAINT v UNIQUE (b), \
         CONSTRAINT d CHECK (b[1] > 0))",
    ),
    (
        "the parent of a partitioned partition is made anew, and an index gets another parameter",
        14,
        "CREATE TABLE p (k integer, i integer) PARTITION BY RANGE (k); \
         CREATE TABLE b PARTITION OF p FOR VALUES FROM (10) TO (100) PARTITION BY HASH (i); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x ON p USING brin (k) WITH (pages_per_range = 8)",
        "CREATE TABLE p (k integer, i integer) PARTITION BY LIST (k); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (i); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); CREATE INDEX x ON p USING brin (k)",
    ),
    (
        "a key takes the name of one that goes with its column",
        14,
        "CREATE TABLE t (a integer, b text, CONSTRAINT k UNIQUE (a), CONSTRAINT u UNIQUE (b))",
        "CREATE TABLE t (a integer, b text GENERATED ALWAYS AS (a::text) STORED, CONSTRAINT u UNIQUE (a))",
    ),
    (
        "a domain is made anew under two indexes of a partitioned table that the server would name in another order",
        14,
        "CREATE DOMAIN d AS text; CREATE TABLE p (k integer, c d) PARTITION BY RANGE (k); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (k); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x ON p (c) INCLUDE (k); CREATE INDEX w ON p (c, k DESC)",
        "CREATE DOMAIN d AS varchar(90); CREATE TABLE p (k integer, c d) PARTITION BY RANGE (k); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (k); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x ON p (c) INCLUDE (k); CREATE INDEX w ON p (c, k DESC)",
    ),
    (
        "an index takes the keys of another, over two levels of partitions",
        14,
        "CREATE TABLE p (k integer, c date) PARTITION BY RANGE (k); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (c); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x1 ON p (c); CREATE INDEX x2 ON p (c, k)",
        "CREATE TABLE p (k integer, c date) PARTITION BY RANGE (k); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (c); \
         CREATE TABLE b0 PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x1 ON p (c, k)",
    ),
    (
        "what a table is partitioned by gets another type",
        14,
        "CREATE TABLE p (id integer, k integer, PRIMARY KEY (id, k)) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE d PARTITION OF p DEFAULT PARTITION BY RANGE (k, id); CREATE TABLE e PARTITION OF d DEFAULT; \
         CREATE INDEX i ON p (k); CREATE VIEW v AS SELECT k FROM p",
        "CREATE TABLE p (id integer, k bigint, PRIMARY KEY (id, k)) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE d PARTITION OF p DEFAULT PARTITION BY RANGE (k, id); CREATE TABLE e PARTITION OF d DEFAULT; \
         CREATE INDEX i ON p (k); CREATE VIEW v AS SELECT k FROM p",
    ),
    (
        "the storage parameters of a partitioned table's index",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id); CREATE TABLE b PARTITION OF a DEFAULT; \
         CREATE INDEX i ON p (id) WITH (fillfactor = 70); CREATE UNIQUE INDEX u ON p (id, k)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id); CREATE TABLE b PARTITION OF a DEFAULT; \
         CREATE INDEX i ON p (id) WITH (fillfactor = 80); CREATE UNIQUE INDEX u ON p (id, k) WITH (fillfactor = 50)",
    ),
    (
        "the keys of a partitioned table become others, after which its partition's come",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY, k integer, CONSTRAINT u UNIQUE (k, id)) PARTITION BY LIST (id); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE TABLE r (p integer REFERENCES p); \
         CREATE TABLE s (id integer, k integer, PRIMARY KEY (id)) PARTITION BY LIST (id); \
         CREATE TABLE b PARTITION OF s DEFAULT",
        "CREATE TABLE p (id integer PRIMARY KEY WITH (fillfactor = 50), k integer, \
         CONSTRAINT u UNIQUE (k, id) WITH (fillfactor = 60)) PARTITION BY LIST (id); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE TABLE r (p integer REFERENCES p); \
         CREATE TABLE s (id integer, k integer NOT NULL, PRIMARY KEY (id, k)) PARTITION BY LIST (id); \
         CREATE TABLE b PARTITION OF s DEFAULT",
    ),
    (
        "a new table has a NOT NULL of its own on what it inherits",
        14,
        "CREATE TABLE p (a integer, b integer NOT NULL)",
        "CREATE TABLE p (a integer, b integer NOT NULL); CREATE TABLE c () INHERITS (p); \
         ALTER TABLE c ALTER a SET NOT NULL; CREATE TABLE d () INHERITS (c)",
    ),
    (
        "a new table's NOT NULL on what it inherits has a name",
        18,
        "CREATE TABLE p (a integer, b integer NOT NULL)",
        "CREATE TABLE p (a integer, b integer NOT NULL); \
         CREATE TABLE c (CONSTRAINT n NOT NULL a NO INHERIT, CONSTRAINT m NOT NULL b) INHERITS (p); \
         CREATE TABLE d (NOT NULL b) INHERITS (p); CREATE TABLE e () INHERITS (c); \
         CREATE TYPE y AS (k integer, l integer); CREATE TABLE o OF y (CONSTRAINT z NOT NULL k, NOT NULL l)",
    ),
    (
        "a partitioned table counts its rows",
        14,
        "CREATE TABLE p (id integer NOT NULL, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT",
        "CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE TABLE q (id bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 5), k integer) PARTITION BY LIST (k); \
         CREATE TABLE b PARTITION OF q FOR VALUES IN (1) PARTITION BY LIST (id); CREATE TABLE c PARTITION OF b DEFAULT",
    ),
    (
        "a table that counts its rows becomes a partition of one that does, and another ceases to be one",
        17,
        "CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY, k integer); CREATE TABLE b PARTITION OF p FOR VALUES IN (2)",
        "CREATE TABLE p (id integer GENERATED ALWAYS AS IDENTITY, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE TABLE b (id integer NOT NULL, k integer)",
    ),
    (
        "a policy that is one query",
        14,
        "CREATE TABLE t (id integer); CREATE POLICY p ON t USING ((SELECT count(*) > 0 FROM pg_class))",
        "CREATE TABLE t (id integer); CREATE POLICY p ON t USING ((SELECT true)) WITH CHECK ((VALUES (true))); \
         CREATE POLICY q ON t USING ((WITH x AS (SELECT true AS y) SELECT y FROM x))",
    ),
    (
        "what is granted on objects to come",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer); CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; \
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON SEQUENCES TO pg_monitor WITH GRANT OPTION; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO PUBLIC; CREATE TABLE s.t (id serial); \
         CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ('a')",
    ),
    (
        "what is granted on objects to come changes, and goes with a schema",
        14,
        "CREATE TABLE t (id integer); CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO pg_monitor WITH GRANT OPTION; \
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES REVOKE INSERT, UPDATE ON TABLES FROM groundplan_tests",
        "CREATE TABLE t (id integer); ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor WITH GRANT OPTION; \
         ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC",
    ),
    (
        "new objects have what is granted on them, whatever is granted on objects to come",
        14,
        "CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; \
         ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC; \
         ALTER DEFAULT PRIVILEGES REVOKE INSERT ON TABLES FROM groundplan_tests",
        "CREATE SCHEMA s; CREATE SCHEMA r; CREATE TABLE t (id serial); GRANT SELECT ON t TO pg_monitor; \
         CREATE VIEW s.v AS SELECT id FROM t; CREATE MATERIALIZED VIEW s.m AS SELECT id FROM t; \
         CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; \
         CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION g FROM PUBLIC; \
         CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS text; \
         ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; \
         ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT ALL ON TABLES TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; CREATE TABLE u (id integer); \
         CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ),
    (
        "a view is made anew where more is granted on objects to come than on it",
        14,
        "CREATE TABLE t (id integer, c text); CREATE VIEW v AS SELECT c FROM t; \
         ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
        "CREATE TABLE t (id integer, c varchar(20)); CREATE VIEW v AS SELECT c FROM t; GRANT SELECT ON v TO pg_monitor; \
         ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
    ),
    (
        "what is granted on large objects to come",
        18,
        "",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO PUBLIC",
    ),
    (
        "an operator that has neither commutator nor negator",
        14,
        "",
        "CREATE FUNCTION near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2'; \
         CREATE OPERATOR <~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = near)",
    ),
    (
        "the key that a foreign key refers to",
        14,
        "CREATE TABLE p (id integer CONSTRAINT one UNIQUE); CREATE TABLE c (id integer, p integer REFERENCES p (id))",
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer, p integer REFERENCES p (id))",
    ),
    (
        "the key of a table that a table that goes refers to",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (id integer, p integer REFERENCES p (id))",
        "CREATE TABLE p (id integer NOT NULL)",
    ),
    (
        "the type below a domain",
        14,
        "CREATE DOMAIN d AS text NOT NULL CHECK (VALUE <> ''); CREATE TABLE t (id integer, c d DEFAULT 'x'); \
         CREATE VIEW v AS SELECT c FROM t; CREATE INDEX i ON t (lower(c))",
        "CREATE DOMAIN d AS character varying(50) NOT NULL CHECK (VALUE <> ''); \
         CREATE TABLE t (id integer, c d DEFAULT 'x'); CREATE VIEW v AS SELECT c FROM t; CREATE INDEX i ON t (lower(c))",
    ),
    (
        "the order of a composite type's attributes",
        14,
        "CREATE TYPE a AS (street text, zip text); CREATE TABLE t (id integer, c a); \
         CREATE FUNCTION f(a) RETURNS text LANGUAGE sql AS 'SELECT ($1).zip'",
        "CREATE TYPE a AS (zip character varying(10), street text, city text); CREATE TABLE t (id integer, c a); \
         CREATE FUNCTION f(a) RETURNS text LANGUAGE sql AS 'SELECT ($1).zip'",
    ),
    (
        "the subtype of a range",
        14,
        "CREATE TYPE r AS RANGE (subtype = integer); CREATE TABLE t (id integer, c r)",
        "CREATE TYPE r AS RANGE (subtype = bigint); CREATE TABLE t (id integer, c r)",
    ),
    (
        "values of an enum, where an index, a check and a view name some",
        14,
        "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id integer, c m DEFAULT 'a', l m[], CHECK (c <> 'b')); \
         CREATE INDEX i ON t (id) WHERE c = 'a'; CREATE VIEW v AS SELECT id FROM t WHERE c = 'a'",
        "CREATE TYPE m AS ENUM ('b', 'a'); CREATE TABLE t (id integer, c m DEFAULT 'a', l m[], CHECK (c <> 'b')); \
         CREATE INDEX i ON t (id) WHERE c = 'a'; CREATE VIEW v AS SELECT id FROM t WHERE c = 'a'",
    ),
    (
        "a collation that columns have",
        14,
        "CREATE COLLATION x FROM \"C\"; CREATE TABLE t (id integer, c text COLLATE x); CREATE INDEX i ON t (c); \
         ALTER TABLE t ALTER c SET STORAGE EXTERNAL; ALTER TABLE t ALTER c SET COMPRESSION pglz",
        "CREATE COLLATION x FROM \"POSIX\"; CREATE TABLE t (id integer, c text COLLATE x); CREATE INDEX i ON t (c); \
         ALTER TABLE t ALTER c SET STORAGE EXTERNAL; ALTER TABLE t ALTER c SET COMPRESSION pglz",
    ),
    (
        "the limits of a sequence that has counted",
        14,
        "CREATE SEQUENCE q; CREATE SEQUENCE r AS smallint INCREMENT BY -1",
        "CREATE SEQUENCE q MINVALUE 7 START WITH 7; CREATE SEQUENCE r AS integer INCREMENT BY 2",
    ),
    (
        "a serial column becomes an identity column, and one becomes serial",
        14,
        "CREATE TABLE t (id serial, c text); CREATE TABLE u (id integer GENERATED ALWAYS AS IDENTITY, c text)",
        "CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY, c text); CREATE TABLE u (id serial, c text)",
    ),
    (
        "a partition comes to stand by itself, and another table becomes one",
        14,
        "CREATE TABLE p (id integer, k integer, CONSTRAINT c CHECK (k > -10)) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (0, 1, 2, 3, 11); CREATE TABLE b (id integer, k integer)",
        "CREATE TABLE p (id integer, k integer, CONSTRAINT c CHECK (k > -10)) PARTITION BY LIST (k); \
         CREATE TABLE a (id integer, k integer); CREATE TABLE b PARTITION OF p FOR VALUES IN (0, 1, 2, 3, 11)",
    ),
    (
        "a table is partitioned in another way, and its partition keeps its rows",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2, 3, 11)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES FROM (0) TO (100); CREATE INDEX i ON p (id)",
    ),
    (
        "the columns of a table that is partitioned in another way have no NULL",
        14,
        "CREATE TABLE p (id integer NOT NULL, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2, 3, 11)",
        "CREATE TABLE p (id integer NOT NULL, k integer) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES FROM (0) TO (100)",
    ),
    (
        "the expression of a computed column that has an index, a check and a unique constraint",
        14,
        "CREATE TABLE t (id integer, c integer GENERATED ALWAYS AS (id * 2) STORED CHECK (c > 0) UNIQUE); \
         CREATE INDEX i ON t (c, id); CREATE VIEW v AS SELECT c FROM t",
        "CREATE TABLE t (id integer, c bigint GENERATED ALWAYS AS (id * 3) STORED CHECK (c > 0) UNIQUE); \
         CREATE INDEX i ON t (c, id); CREATE VIEW v AS SELECT c FROM t",
    ),
    (
        "a partition of a partition takes the checks of both",
        14,
        "",
        "CREATE TABLE p (id integer, k integer, CONSTRAINT c CHECK (k > -10)) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT PARTITION BY HASH (id); \
         CREATE TABLE b PARTITION OF a FOR VALUES WITH (modulus 1, remainder 0)",
    ),
    (
        "a new partition has a check that is not validated from its parent",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); \
         ALTER TABLE p ADD CONSTRAINT c CHECK (k > -10) NOT VALID; CREATE TABLE a PARTITION OF p DEFAULT",
    ),
    (
        "a check is validated for a partition alone, and then for its parent",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT PARTITION BY LIST (k); CREATE TABLE b PARTITION OF a DEFAULT; \
         CREATE TABLE c PARTITION OF p FOR VALUES IN (7); ALTER TABLE p ADD CONSTRAINT c CHECK (k > -10) NOT VALID; \
         ALTER TABLE c VALIDATE CONSTRAINT c",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT PARTITION BY LIST (k); CREATE TABLE b PARTITION OF a DEFAULT; \
         CREATE TABLE c PARTITION OF p FOR VALUES IN (7); ALTER TABLE p ADD CONSTRAINT c CHECK (k > -10)",
    ),
    (
        "a check that is not validated is, for a partition alone",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         ALTER TABLE p ADD CONSTRAINT c CHECK (k > -10) NOT VALID",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         ALTER TABLE p ADD CONSTRAINT c CHECK (k > -10) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT c",
    ),
    (
        "the index of a partitioned table gets another column",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX i ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX i ON p (k, id)",
    ),
    (
        "a table no longer inherits, and its parent loses a column",
        14,
        "CREATE TABLE i (id integer, c text, CONSTRAINT k CHECK (id > 0)); CREATE TABLE j (more text) INHERITS (i)",
        "CREATE TABLE i (id integer, CONSTRAINT k CHECK (id > 0)); CREATE TABLE j (id integer, c text, more text)",
    ),
    (
        "a table inherits what its parent becomes",
        14,
        "CREATE TABLE i (id integer, c text DEFAULT 'x')",
        "CREATE TABLE i (id integer, c text); CREATE TABLE j (more text) INHERITS (i)",
    ),
    (
        "an index that the table is clustered on and known by is made anew",
        14,
        "CREATE TABLE t (id integer NOT NULL, c integer NOT NULL); CREATE UNIQUE INDEX i ON t (id); \
         ALTER TABLE t CLUSTER ON i; ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        "CREATE TABLE t (id integer NOT NULL, c integer NOT NULL); CREATE UNIQUE INDEX i ON t (id, c); \
         ALTER TABLE t CLUSTER ON i; ALTER TABLE t REPLICA IDENTITY USING INDEX i",
    ),
    (
        "a column that a publication's filter reads",
        15,
        "CREATE TABLE t (id integer PRIMARY KEY); CREATE PUBLICATION b FOR TABLE t WHERE (id > 5)",
        "CREATE TABLE t (id bigint PRIMARY KEY); CREATE PUBLICATION b FOR TABLE t WHERE (id > 5)",
    ),
    (
        "the server of a foreign table",
        14,
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE f (id integer) SERVER s",
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a'); \
         CREATE FOREIGN TABLE f (id integer) SERVER s",
    ),
    (
        "a computed column becomes an ordinary one of another type",
        14,
        "CREATE TABLE t (id integer, c integer GENERATED ALWAYS AS (id * 2) STORED)",
        "CREATE TABLE t (id integer, c bigint)",
    ),
    (
        "compression is said again with another type",
        14,
        "CREATE TABLE t (id integer, c character varying(20)); ALTER TABLE t ALTER c SET COMPRESSION pglz",
        "CREATE TABLE t (id integer, c text); ALTER TABLE t ALTER c SET COMPRESSION pglz",
    ),
    (
        "NOT NULL in use, and named",
        18,
        "CREATE TABLE t (id integer, k integer, n integer CONSTRAINT n NOT NULL)",
        "CREATE TABLE t (id integer CONSTRAINT x NOT NULL, k integer, n integer CONSTRAINT m NOT NULL)",
    ),
    (
        "NOT NULL of a partitioned table",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT",
        "CREATE TABLE p (id integer NOT NULL, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE TABLE b PARTITION OF p FOR VALUES IN (77)",
    ),
    (
        "another type under a view, an index and a computed column",
        14,
        "CREATE TABLE t (id integer, n integer, g integer GENERATED ALWAYS AS (n + 1) STORED); \
         CREATE INDEX i ON t ((n + 1)); CREATE VIEW v AS SELECT n + 1 AS m FROM t; CREATE MATERIALIZED VIEW w AS SELECT n FROM t",
        "CREATE TABLE t (id integer, n bigint, g integer GENERATED ALWAYS AS (n + 1) STORED); \
         CREATE INDEX i ON t ((n + 1)); CREATE VIEW v AS SELECT n + 1 AS m FROM t; CREATE MATERIALIZED VIEW w AS SELECT n FROM t",
    ),
    (
        "a function's argument under a default, a check and an index",
        14,
        "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1'; \
         CREATE TABLE t (id integer, n integer DEFAULT f(1), CONSTRAINT k CHECK (f(id) > 0)); CREATE INDEX i ON t (f(id))",
        "CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1'; \
         CREATE TABLE t (id integer, n integer DEFAULT f(1), CONSTRAINT k CHECK (f(id) > 0)); CREATE INDEX i ON t (f(id))",
    ),
    (
        "a table is no longer logged, and its sequence stays so",
        15,
        "CREATE TABLE t (id serial); CREATE TABLE u (id serial, k integer)",
        "CREATE UNLOGGED TABLE t (id serial); ALTER SEQUENCE t_id_seq SET LOGGED; \
         CREATE UNLOGGED TABLE u (id serial, k integer)",
    ),
    (
        "the name of a key goes to another, and its columns get another name",
        14,
        "CREATE TABLE t (id integer, k integer, CONSTRAINT u UNIQUE (id))",
        "CREATE TABLE t (id integer, k integer, CONSTRAINT u UNIQUE (k), CONSTRAINT other UNIQUE (id))",
    ),
    (
        "the type below a domain, where a trigger that goes fires for its column",
        14,
        "CREATE DOMAIN d AS text; CREATE TABLE t (id integer, c d); \
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
         CREATE TRIGGER g AFTER UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE DOMAIN d AS character varying(50); CREATE TABLE t (id integer, c d); \
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ),
    (
        "the type below a domain of a column that is compressed here and not where it is inherited",
        14,
        "CREATE DOMAIN d AS text; CREATE TABLE i (id integer, c d); CREATE TABLE j (more text) INHERITS (i); \
         CREATE TABLE k (more text) INHERITS (i); \
         ALTER TABLE ONLY i ALTER c SET COMPRESSION pglz; ALTER TABLE ONLY k ALTER c SET STORAGE EXTERNAL",
        "CREATE DOMAIN d AS character varying(50); CREATE TABLE i (id integer, c d); \
         CREATE TABLE j (more text) INHERITS (i); CREATE TABLE k (more text) INHERITS (i); \
         ALTER TABLE ONLY i ALTER c SET COMPRESSION pglz; ALTER TABLE ONLY k ALTER c SET STORAGE EXTERNAL",
    ),
    (
        "a new table inherits a column that is compressed and stored out of line, and its own is not",
        14,
        "",
        "CREATE TABLE i (id integer, c text); CREATE TABLE j (more text) INHERITS (i); \
         ALTER TABLE ONLY i ALTER c SET COMPRESSION pglz, ALTER c SET STORAGE EXTERNAL",
    ),
    (
        "values of an enum, where a new policy reads the column",
        14,
        "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id integer, c m)",
        "CREATE TYPE m AS ENUM ('c', 'b', 'a'); CREATE TABLE t (id integer, c m); \
         CREATE POLICY p ON t FOR SELECT USING (c IS NOT NULL)",
    ),
    (
        "a table leaves the parent that named its NOT NULL",
        14,
        "CREATE TABLE i (id integer NOT NULL); CREATE TABLE j () INHERITS (i); CREATE TABLE k () INHERITS (j)",
        "CREATE TABLE i (id integer NOT NULL); CREATE TABLE j (id integer NOT NULL); CREATE TABLE k (id integer NOT NULL)",
    ),
    (
        "a new table inherits through another what a table above both gets",
        14,
        "CREATE TABLE i (id integer); CREATE TABLE j (more text) INHERITS (i)",
        "CREATE TABLE i (id integer, c text DEFAULT 'x'); ALTER TABLE i ALTER c SET STATISTICS 50; \
         CREATE TABLE j (more text) INHERITS (i); CREATE TABLE k (deep text) INHERITS (j); \
         ALTER TABLE j ALTER c SET DEFAULT 'y'; COMMENT ON COLUMN j.c IS 'its own'",
    ),
    (
        "the expression of a virtual column beside a check",
        18,
        "CREATE TABLE t (id integer CHECK (id > -100), c integer GENERATED ALWAYS AS (id + 1) VIRTUAL)",
        "CREATE TABLE t (id integer CHECK (id > -100), c integer GENERATED ALWAYS AS (id + 2) VIRTUAL)",
    ),
    (
        "the named NOT NULL of a partitioned table gets its usual name",
        18,
        "CREATE TABLE p (id integer CONSTRAINT n NOT NULL, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT",
        "CREATE TABLE p (id integer CONSTRAINT m NOT NULL, k integer) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT",
    ),
    (
        "a function's argument under the default of a partitioned table",
        14,
        "CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT $1'; \
         CREATE TABLE p (id integer, k integer DEFAULT f(1)) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT",
        "CREATE FUNCTION f(b integer) RETURNS integer LANGUAGE sql AS 'SELECT $1'; \
         CREATE TABLE p (id integer, k integer DEFAULT f(1)) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p DEFAULT; CREATE TABLE b PARTITION OF p FOR VALUES IN (77)",
    ),
    (
        "NULL is refused in columns named like words of the language",
        14,
        "CREATE TABLE t (id integer, \"order\" integer, \"user\" integer, CHECK (num_nulls(\"order\", \"user\") = 0))",
        "CREATE TABLE t (id integer, \"order\" integer NOT NULL, \"user\" integer NOT NULL, \
         CHECK (num_nulls(\"order\", \"user\") = 0))",
    ),
    (
        "tables that refer to each other are no longer logged",
        14,
        "CREATE TABLE b (id integer PRIMARY KEY); CREATE TABLE a (id integer, k integer REFERENCES b); \
         CREATE TABLE c (id integer REFERENCES b); CREATE UNLOGGED TABLE d (id integer PRIMARY KEY); \
         CREATE UNLOGGED TABLE e (id integer REFERENCES d)",
        "CREATE UNLOGGED TABLE b (id integer PRIMARY KEY); CREATE UNLOGGED TABLE a (id integer, k integer REFERENCES b); \
         CREATE TABLE c (id integer); CREATE TABLE d (id integer PRIMARY KEY); CREATE TABLE e (id integer REFERENCES d)",
    ),
    (
        "tables in a circle are no longer logged",
        14,
        "CREATE TABLE a (id integer PRIMARY KEY, other integer); CREATE TABLE b (id integer PRIMARY KEY REFERENCES a); \
         ALTER TABLE a ADD FOREIGN KEY (other) REFERENCES b; CREATE UNLOGGED TABLE c (id integer PRIMARY KEY, other integer); \
         CREATE UNLOGGED TABLE d (id integer PRIMARY KEY REFERENCES c); ALTER TABLE c ADD FOREIGN KEY (other) REFERENCES d",
        "CREATE UNLOGGED TABLE a (id integer PRIMARY KEY, other integer); \
         CREATE UNLOGGED TABLE b (id integer PRIMARY KEY REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (other) REFERENCES b; \
         CREATE TABLE c (id integer PRIMARY KEY, other integer); CREATE TABLE d (id integer PRIMARY KEY REFERENCES c); \
         ALTER TABLE c ADD FOREIGN KEY (other) REFERENCES d",
    ),
    (
        "a foreign key comes to rest on another key than the one that goes",
        14,
        "CREATE TABLE t (id integer PRIMARY KEY, r0 integer); CREATE UNIQUE INDEX i ON t (id); \
         ALTER TABLE t ADD FOREIGN KEY (r0) REFERENCES t (id)",
        "CREATE TABLE t (id integer NOT NULL UNIQUE, r0 integer, FOREIGN KEY (r0) REFERENCES t (id))",
    ),
    (
        "tables that refer to each other go with a function that their triggers call",
        14,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; \
         CREATE TABLE a (id integer PRIMARY KEY, k integer); CREATE TABLE b (id integer PRIMARY KEY, k integer REFERENCES a); \
         ALTER TABLE a ADD FOREIGN KEY (k) REFERENCES b; \
         CREATE TRIGGER g AFTER DELETE ON a FOR EACH ROW EXECUTE FUNCTION f(); CREATE TABLE kept (id integer)",
        "CREATE TABLE kept (id integer)",
    ),
    (
        "the expression of a computed column that another table inherits",
        14,
        "CREATE TABLE i (id integer, c integer GENERATED ALWAYS AS (id * 2) STORED); CREATE TABLE j (more text) INHERITS (i)",
        "CREATE TABLE i (id integer, c integer GENERATED ALWAYS AS (id * 3) STORED); CREATE TABLE j (more text) INHERITS (i)",
    ),
    (
        "another index of a partitioned table takes the name of its partition's",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX one ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX two ON p (id)",
    ),
    (
        "an extension moves to another schema",
        14,
        "CREATE SCHEMA x; CREATE EXTENSION citext; CREATE TABLE t (id integer, c citext)",
        "CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x; CREATE TABLE t (id integer, c x.citext)",
    ),
    (
        "the index of a partition changes its parent",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX one ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p DEFAULT; \
         CREATE INDEX two ON p (id); CREATE INDEX one ON p (id)",
    ),
    (
        "the index of a partition stands by itself, and that of a partition's partition goes",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (id); \
         CREATE TABLE c PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); CREATE INDEX one ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE b PARTITION OF p DEFAULT PARTITION BY HASH (id); \
         CREATE TABLE c PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); CREATE INDEX c_id_idx ON c (id, k); \
         CREATE INDEX a_id_idx ON a (id); CREATE INDEX one ON ONLY p (id); CREATE INDEX b_id_idx ON ONLY b (id); \
         CREATE INDEX c_one ON c (id); CREATE INDEX a_one ON a (id); ALTER INDEX b_id_idx ATTACH PARTITION c_one; \
         ALTER INDEX one ATTACH PARTITION b_id_idx; ALTER INDEX one ATTACH PARTITION a_one",
    ),
    (
        "partitioned tables get two indexes that differ in a storage parameter alone",
        14,
        "CREATE TABLE p (id integer, k integer, gone integer) PARTITION BY LIST (k); \
         CREATE TABLE d PARTITION OF p DEFAULT; CREATE INDEX x0 ON p (gone)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (-7); \
         CREATE TABLE d PARTITION OF p DEFAULT; CREATE INDEX x0 ON p (id) WITH (fillfactor = 50); CREATE INDEX x1 ON p (id)",
    ),
    (
        "the value that a default names gets another name, also in tables that inherit",
        14,
        "CREATE TYPE m AS ENUM ('low', 'high'); CREATE TABLE t (id integer, c m DEFAULT 'low', d m); \
         CREATE TABLE h () INHERITS (t); ALTER TABLE h ALTER COLUMN c SET DEFAULT 'high', ALTER COLUMN d SET DEFAULT 'low'",
        "CREATE TYPE m AS ENUM ('Low', 'High'); CREATE TABLE t (id integer, c m DEFAULT 'Low', d m); \
         CREATE TABLE h () INHERITS (t); ALTER TABLE h ALTER COLUMN c SET DEFAULT 'High', ALTER COLUMN d SET DEFAULT 'High'",
    ),
    (
        "values of a type go, and a child keeps a default that its parent has not",
        14,
        "CREATE TYPE m AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id integer, c m DEFAULT 'a', d m); \
         CREATE TABLE h () INHERITS (t); ALTER TABLE h ALTER COLUMN c SET DEFAULT 'b', ALTER COLUMN d SET DEFAULT 'b'",
        "CREATE TYPE m AS ENUM ('b', 'a'); CREATE TABLE t (id integer, c m DEFAULT 'a', d m); \
         CREATE TABLE h () INHERITS (t); ALTER TABLE h ALTER COLUMN c SET DEFAULT 'b', ALTER COLUMN d SET DEFAULT 'b'",
    ),
    (
        "a sequence goes over from a table that goes, and from a column that goes, to new ones",
        14,
        "CREATE SEQUENCE s; CREATE SEQUENCE z; CREATE TABLE old (id integer DEFAULT nextval('s') PRIMARY KEY); \
         ALTER SEQUENCE s OWNED BY old.id; CREATE TABLE t (id integer, c integer); ALTER SEQUENCE z OWNED BY t.c",
        "CREATE SEQUENCE s; CREATE SEQUENCE z; CREATE TABLE new (id integer DEFAULT nextval('s') PRIMARY KEY, more text); \
         ALTER SEQUENCE s OWNED BY new.id; CREATE TABLE t (id integer, d integer, e text); ALTER SEQUENCE z OWNED BY t.d",
    ),
    (
        "new tables with several keys of the same columns",
        14,
        "",
        "CREATE TABLE t (id integer CONSTRAINT t_key PRIMARY KEY, c text NOT NULL, d text, CONSTRAINT c_two UNIQUE (c, d)); \
         ALTER TABLE t ADD CONSTRAINT t_id UNIQUE (id), ADD CONSTRAINT c_one UNIQUE (c, d), ADD CONSTRAINT c_d UNIQUE (d, c); \
         COMMENT ON CONSTRAINT t_id ON t IS 'second'; CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY HASH (id); \
         ALTER TABLE p ADD UNIQUE (id); CREATE TABLE q PARTITION OF p FOR VALUES WITH (modulus 1, remainder 0)",
    ),
    (
        "a partitioned table gets a column that is not NULL, and a partition",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE d PARTITION OF p DEFAULT",
        "CREATE TABLE p (id integer, k integer, c date NOT NULL DEFAULT CURRENT_DATE) PARTITION BY LIST (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES IN (-7); CREATE TABLE d PARTITION OF p DEFAULT",
    ),
    (
        "a primary key gives its name to a new unique constraint",
        14,
        "CREATE TABLE t (id integer PRIMARY KEY, c text, CONSTRAINT u UNIQUE (id))",
        "CREATE TABLE t (id integer PRIMARY KEY, c text, CONSTRAINT u UNIQUE (c))",
    ),
    (
        "a partition's own index comes to be its parent's, which is made anew while it is attached anew",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2); \
         CREATE INDEX own ON a (k DESC); CREATE INDEX x ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2, 3); \
         CREATE INDEX own ON a (k DESC); CREATE INDEX x ON p (k)",
    ),
    (
        "a partition's own index comes to be its parent's, which is made anew",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2); \
         CREATE INDEX own ON a (k DESC); CREATE INDEX x ON p (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1, 2); \
         CREATE INDEX own ON a (k DESC); CREATE INDEX x ON p (k)",
    ),
    (
        "a view that comes to show a column whose enum loses a value",
        14,
        "CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id integer, c4 e, x text); \
         CREATE VIEW v(id, other) AS SELECT id, x IS NULL FROM t",
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id integer, c4 e, x text); \
         CREATE VIEW v(id, other) AS SELECT id, c4 IS NULL FROM t",
    ),
    (
        "a new index beside one of the same keys that stays, while a partition is made anew",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE INDEX x ON p (id); CREATE INDEX b ON p USING brin (id)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE d PARTITION OF p DEFAULT; CREATE INDEX x ON p (id); CREATE INDEX b ON p (id) WITH (fillfactor = 50)",
    ),
    (
        "a partition takes a part of another's range, which moves up",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES FROM (MINVALUE) TO (2); CREATE TABLE b PARTITION OF p FOR VALUES FROM (4) TO (9)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY RANGE (k); \
         CREATE TABLE a PARTITION OF p FOR VALUES FROM (MINVALUE) TO (6); CREATE TABLE b PARTITION OF p FOR VALUES FROM (6) TO (90)",
    ),
    (
        "a new partition takes the place of one that goes",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY RANGE (k); CREATE TABLE z PARTITION OF p FOR VALUES FROM (20) TO (30)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY RANGE (k); CREATE TABLE a PARTITION OF p FOR VALUES FROM (20) TO (40)",
    ),
    (
        "a truth as a number, and a number as a truth",
        14,
        "CREATE TABLE t (id integer, c boolean, d bigint CHECK (d = 1))",
        "CREATE TABLE t (id integer, c bigint, d boolean CHECK (d))",
    ),
    (
        "indexes of the same column in both directions, of a partition that becomes one of several",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE TABLE b PARTITION OF p FOR VALUES IN (2) PARTITION BY HASH (id); \
         CREATE TABLE c PARTITION OF b FOR VALUES WITH (modulus 1, remainder 0); \
         CREATE INDEX x1 ON p (id) WITH (fillfactor = 50); CREATE INDEX \"X\" ON p (id DESC NULLS LAST)",
    ),
    (
        "the table that holds long values is there only with a new column, and has settings",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer, c text) WITH (toast.autovacuum_enabled = false)",
    ),
    (
        "another type for a column whose NOT NULL has a name of its own in each table",
        14,
        "CREATE TABLE p (k integer, c smallint NOT NULL) PARTITION BY LIST (k); \
         CREATE TABLE a (k integer, c smallint NOT NULL); ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1); \
         CREATE TABLE b PARTITION OF p (c NOT NULL) FOR VALUES IN (2); CREATE TABLE d PARTITION OF p FOR VALUES IN (3); \
         CREATE TABLE n (k integer, c smallint CONSTRAINT own NOT NULL) PARTITION BY LIST (k); \
         CREATE TABLE o (k integer, c smallint CONSTRAINT mine NOT NULL); ALTER TABLE n ATTACH PARTITION o FOR VALUES IN (4); \
         ALTER TABLE p ATTACH PARTITION n FOR VALUES IN (4); CREATE TABLE h (c smallint NOT NULL); \
         CREATE TABLE i (c smallint CONSTRAINT i_own NOT NULL) INHERITS (h); CREATE TABLE j () INHERITS (h)",
        "CREATE TABLE p (k integer, c bigint NOT NULL) PARTITION BY LIST (k); \
         CREATE TABLE a (k integer, c bigint NOT NULL); ALTER TABLE p ATTACH PARTITION a FOR VALUES IN (1); \
         CREATE TABLE b PARTITION OF p (c NOT NULL) FOR VALUES IN (2); CREATE TABLE d PARTITION OF p FOR VALUES IN (3); \
         CREATE TABLE n (k integer, c bigint CONSTRAINT own NOT NULL) PARTITION BY LIST (k); \
         CREATE TABLE o (k integer, c bigint CONSTRAINT mine NOT NULL); ALTER TABLE n ATTACH PARTITION o FOR VALUES IN (4); \
         ALTER TABLE p ATTACH PARTITION n FOR VALUES IN (4); CREATE TABLE h (c bigint NOT NULL); \
         CREATE TABLE i (c bigint CONSTRAINT i_own NOT NULL) INHERITS (h); CREATE TABLE j () INHERITS (h)",
    ),
    (
        "another primary key, under another name, and what referred to the old one goes",
        14,
        "CREATE TABLE t (id integer PRIMARY KEY WITH (fillfactor = 70)); CREATE TABLE u (id integer REFERENCES t); \
         CREATE TABLE v (id integer); CREATE VIEW w AS SELECT id FROM u; CREATE VIEW x AS SELECT id FROM w",
        "CREATE TABLE t (id integer, CONSTRAINT \"Key\" PRIMARY KEY (id)); CREATE TABLE v (id integer, c integer)",
    ),
    (
        "a partition's own index loses the one that took it",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE INDEX own ON a (k DESC); CREATE INDEX x ON p (k); CREATE TABLE b PARTITION OF p FOR VALUES IN (2)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1); \
         CREATE INDEX own ON a (k DESC); CREATE TABLE b PARTITION OF p FOR VALUES IN (2)",
    ),
    (
        "rows come to be known by another column, and the one that they were known by may be NULL",
        14,
        "CREATE TABLE t (a integer NOT NULL, b integer); CREATE UNIQUE INDEX t_a ON t (a); CREATE UNIQUE INDEX t_b ON t (b); \
         ALTER TABLE t REPLICA IDENTITY USING INDEX t_a; CREATE TABLE u (a integer NOT NULL CONSTRAINT u_a UNIQUE); \
         ALTER TABLE u REPLICA IDENTITY USING INDEX u_a",
        "CREATE TABLE t (a integer, b integer NOT NULL); CREATE UNIQUE INDEX t_a ON t (a); CREATE UNIQUE INDEX t_b ON t (b); \
         ALTER TABLE t REPLICA IDENTITY USING INDEX t_b; CREATE TABLE u (a integer CONSTRAINT u_a UNIQUE)",
    ),
];

/// What PostgreSQL has no statement for is refused by name.
const REFUSED: &[Change] = &[
    (
        "the NOT NULL of an inherited column gets a name of its own",
        18,
        "CREATE TABLE p (b integer NOT NULL); CREATE TABLE c () INHERITS (p)",
        "CREATE TABLE p (b integer NOT NULL); CREATE TABLE c (CONSTRAINT m NOT NULL b) INHERITS (p)",
    ),
    (
        "a table comes to inherit the columns that it has",
        14,
        "CREATE TABLE i (id integer, c text); CREATE TABLE j (id integer, more text)",
        "CREATE TABLE i (id integer, c text); CREATE TABLE j (more text) INHERITS (i)",
    ),
    (
        "an enum loses a value that a table is partitioned by",
        14,
        "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE p (id integer, k e) PARTITION BY RANGE (id); \
         CREATE TABLE q PARTITION OF p DEFAULT PARTITION BY LIST (k); CREATE TABLE a PARTITION OF q FOR VALUES IN ('a')",
        "CREATE TYPE e AS ENUM ('a'); CREATE TABLE p (id integer, k e) PARTITION BY RANGE (id); \
         CREATE TABLE q PARTITION OF p DEFAULT PARTITION BY LIST (k); CREATE TABLE a PARTITION OF q FOR VALUES IN ('a')",
    ),
];

#[tokio::test]
async fn what_the_server_cannot_is_refused() {
    let mut failures = Vec::new();
    for (server, version) in every_server() {
        let mut bench = Bench::new(&server).await;
        for (name, _, before, after) in REFUSED.iter().filter(|(_, oldest, ..)| version >= *oldest) {
            match bench.judge(before, after).await {
                Outcome::Refused(_) => say!("PostgreSQL {version}: {name}"),
                other => failures.push(format!("PostgreSQL {version}: {name}: {other:?}")),
            }
        }
        bench.gone().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Values that the new type does not read are found before anything is changed.
const STOPPED: &[Change] = &[
    (
        "text as an enum",
        14,
        "CREATE TABLE t (id integer, c text)",
        "CREATE TYPE m AS ENUM ('x'); CREATE TABLE t (id integer, c m)",
    ),
    (
        "a column of a domain that holds no NULL",
        14,
        "CREATE DOMAIN e AS text NOT NULL; CREATE DOMAIN d AS e; CREATE TABLE t (id integer)",
        "CREATE DOMAIN e AS text NOT NULL; CREATE DOMAIN d AS e; CREATE TABLE t (id integer, c d)",
    ),
    ("text as a number", 14, "CREATE TABLE t (id integer, c text)", "CREATE TABLE t (id integer, c integer)"),
    ("text as a UUID", 14, "CREATE TABLE t (id integer, c text)", "CREATE TABLE t (id integer, c uuid)"),
    ("text as JSON", 14, "CREATE TABLE t (id integer, c text)", "CREATE TABLE t (id integer, c jsonb)"),
    (
        "a reference from a smaller number",
        14,
        "CREATE TABLE p (id bigint PRIMARY KEY CHECK (id > 3)); CREATE TABLE c (id integer, r0 integer)",
        "CREATE TABLE p (id bigint PRIMARY KEY CHECK (id > 3)); CREATE TABLE c (id integer, r0 integer REFERENCES p (id))",
    ),
    (
        "a reference that gets the type of what it refers to",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY CHECK (id > 3)); CREATE TABLE c (id integer, r0 text)",
        "CREATE TABLE p (id integer PRIMARY KEY CHECK (id > 3)); CREATE TABLE c (id integer, r0 integer REFERENCES p (id))",
    ),
    (
        "rows that do not belong to the new bound",
        14,
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (1)",
        "CREATE TABLE p (id integer, k integer) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF p FOR VALUES IN (2)",
    ),
    (
        "text as a span of time",
        14,
        "CREATE TABLE t (id integer, c text)",
        "CREATE TABLE t (id integer, c interval)",
    ),
    (
        "a check that divides by nothing",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer CHECK (1 / (id - id) > 0))",
    ),
    (
        "a stored column that divides by nothing",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer, c integer GENERATED ALWAYS AS (1 / (id - id)) STORED)",
    ),
    (
        "a stored column that comes to divide by nothing",
        17,
        "CREATE TABLE t (id integer, c integer GENERATED ALWAYS AS (id) STORED)",
        "CREATE TABLE t (id integer, c integer GENERATED ALWAYS AS (1 / (id - id)) STORED)",
    ),
    (
        "a stored column that holds no NULL and is computed as that",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer, c integer NOT NULL GENERATED ALWAYS AS (nullif(id, id)) STORED)",
    ),
    (
        "a key of a new column whose domain gives every row the same",
        14,
        "CREATE DOMAIN d AS integer DEFAULT 5; CREATE TABLE t (id integer)",
        "CREATE DOMAIN d AS integer DEFAULT 5; CREATE TABLE t (id integer, c d UNIQUE)",
    ),
    (
        "a key of a new column whose domain holds no NULL and gives nothing",
        14,
        "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE t (id integer)",
        "CREATE DOMAIN d AS integer NOT NULL; CREATE TABLE t (id integer, c d, UNIQUE (c, id))",
    ),
    (
        "a check of a new column",
        14,
        "CREATE TABLE t (id integer)",
        "CREATE TABLE t (id integer, a integer, b boolean NOT NULL DEFAULT true, CHECK (num_nonnulls(id, a) = 2 AND b))",
    ),
    (
        "a reference to a table that is new",
        14,
        "CREATE TABLE t (id integer, p integer)",
        "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE t (id integer, p integer REFERENCES p)",
    ),
    (
        "a partition goes whose rows are referred to",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p DEFAULT; CREATE TABLE r (id integer REFERENCES p)",
        "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE r (id integer REFERENCES p)",
    ),
    (
        "a partition leaves whose rows are referred to",
        14,
        "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY LIST (id); \
         CREATE TABLE p_a PARTITION OF p DEFAULT; CREATE TABLE r (id integer REFERENCES p)",
        "CREATE TABLE p (id integer PRIMARY KEY) PARTITION BY LIST (id); \
         CREATE TABLE p_a (id integer PRIMARY KEY); CREATE TABLE r (id integer REFERENCES p)",
    ),
    ("text as a time", 14, "CREATE TABLE t (id integer, c text)", "CREATE TABLE t (id integer, c time)"),
    ("text as an array", 14, "CREATE TABLE t (id integer, c text)", "CREATE TABLE t (id integer, c text[])"),
    (
        "texts as values of an enum",
        14,
        "CREATE TABLE t (id integer, c text[])",
        "CREATE TYPE m AS ENUM ('x'); CREATE TABLE t (id integer, c m[])",
    ),
    (
        "text as a composite type",
        14,
        "CREATE TABLE t (id integer, c text)",
        "CREATE TYPE m AS (a text); CREATE TABLE t (id integer, c m)",
    ),
    (
        "text as a range",
        14,
        "CREATE TABLE t (id integer, c text)",
        "CREATE TYPE m AS RANGE (subtype = integer); CREATE TABLE t (id integer, c m)",
    ),
];

#[tokio::test]
async fn rows_in_the_way_are_found_before() {
    let mut failures = Vec::new();
    for (server, version) in every_server() {
        let mut bench = Bench::new(&server).await;
        for (name, oldest, before, after) in STOPPED.iter().filter(|(_, oldest, ..)| version >= *oldest) {
            match bench.judge(before, after).await {
                Outcome::Foreseen => say!("PostgreSQL {version}: {name}"),
                other => failures.push(format!("PostgreSQL {version} since {oldest}: {name}: {other:?}")),
            }
        }
        bench.gone().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn changes_with_a_trap_in_them() {
    let only = std::env::var("GROUNDPLAN_CHANGE").ok();
    let mut failures = Vec::new();
    for (server, version) in every_server() {
        let mut bench = Bench::new(&server).await;
        for (name, oldest, before, after) in CHANGES {
            if version < *oldest || only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
                continue;
            }
            match bench.judge(before, after).await {
                Outcome::Equal => say!("PostgreSQL {version}: {name}"),
                other => failures.push(format!("PostgreSQL {version}: {name}: {other:?}")),
            }
        }
        bench.gone().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
