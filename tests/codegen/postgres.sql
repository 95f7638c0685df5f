CREATE SCHEMA shop;
COMMENT ON SCHEMA shop IS 'What is sold';
COMMENT ON SCHEMA public IS 'Not the usual comment';
CREATE EXTENSION pg_trgm;
CREATE TYPE order_state AS ENUM ('new', 'in transit', 'done', '42');
CREATE TYPE shop.currency AS ENUM ('EUR', 'USD');
CREATE CAST (shop.currency AS order_state) WITH INOUT;
CREATE TYPE unused AS ENUM ('a');
CREATE DOMAIN "Email" AS varchar(320) CONSTRAINT email_check CHECK (VALUE <> '') CHECK (length(VALUE) > 3);
CREATE DOMAIN positive AS integer NOT NULL DEFAULT 1 CHECK (VALUE > 0);
CREATE TYPE address AS (street text, "zip code" varchar(10), state order_state);
CREATE TYPE single AS (one integer);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE SEQUENCE shop.invoice_number AS integer START 1000 INCREMENT 5 CACHE 10;
CREATE TABLE users (
    id bigserial PRIMARY KEY,
    "type" text NOT NULL DEFAULT 'plain',
    "self" smallint NOT NULL DEFAULT -1,
    "createdAt" timestamptz NOT NULL DEFAULT now(),
    mail "Email" UNIQUE,
    name varchar(40) COLLATE "C" NOT NULL DEFAULT 'it''s' CONSTRAINT users_name_unique UNIQUE,
    tags text[] NOT NULL DEFAULT '{}',
    home address,
    homes address[],
    one single,
    number positive,
    spans span,
    invited_by bigint REFERENCES users ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    state order_state NOT NULL DEFAULT 'in transit',
    states order_state[],
    active boolean NOT NULL DEFAULT true,
    settings jsonb,
    old json,
    amount numeric(10,2) NOT NULL DEFAULT 1.50,
    exact numeric,
    lower_name text GENERATED ALWAYS AS (lower(name)) STORED,
    picture bytea,
    address inet,
    birthday date,
    "2fa" boolean,
    "with space" time(3),
    CONSTRAINT known CHECK (number < 100),
    CHECK (amount >= 0) NO INHERIT
);
COMMENT ON TABLE users IS E'Who logs in.\n\nAnd who doesn''t.';
COMMENT ON COLUMN users.mail IS 'Where "they" are reached\ ';
COMMENT ON COLUMN users.name IS 'How they are called.';
COMMENT ON CONSTRAINT known ON users IS 'so far';
ALTER TABLE users ADD CONSTRAINT later CHECK (active) NOT VALID;
ALTER TABLE users ALTER COLUMN picture SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 500;
CREATE INDEX ON users ("createdAt" DESC NULLS LAST);
CREATE INDEX users_trigrams ON users USING gin (name gin_trgm_ops) WITH (fastupdate=off);
CREATE UNIQUE INDEX users_lower ON users (lower(mail)) INCLUDE (id) WHERE active;
COMMENT ON INDEX users_lower IS 'no two alike';
CREATE INDEX users_state_idx ON users USING hash (state);
CREATE TABLE shop.users (
    id integer GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 2) PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES public.users (id) ON DELETE CASCADE ON UPDATE RESTRICT,
    price shop.currency NOT NULL DEFAULT 'EUR',
    tenant integer NOT NULL DEFAULT 0,
    CONSTRAINT both_unique UNIQUE (id, tenant)
);
CREATE TABLE shop.order_lines (
    order_id integer,
    tenant integer,
    during tsrange NOT NULL,
    PRIMARY KEY (order_id, tenant),
    FOREIGN KEY (order_id, tenant) REFERENCES shop.users (id, tenant) MATCH FULL,
    CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) WHERE (tenant > 0)
) WITH (fillfactor=70);
ALTER TABLE shop.order_lines CLUSTER ON order_lines_pkey;
ALTER TABLE shop.order_lines REPLICA IDENTITY FULL;
CREATE UNLOGGED TABLE "Log Entries" ("at" timestamp(3), line text);
CREATE TABLE events (id integer NOT NULL, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE INDEX events_kind ON events (kind);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE special_events (more text) INHERITS ("Log Entries");
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.settings := '{"touched": true}';
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION touch() IS 'called by the trigger';
CREATE FUNCTION twice(n integer, OUT result integer) LANGUAGE sql AS 'SELECT n * 2';
CREATE AGGREGATE product(integer) (SFUNC = int4mul, STYPE = integer, INITCOND = '1');
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE users DISABLE TRIGGER touched;
CREATE VIEW active_users WITH (security_barrier=true) AS SELECT id, name FROM users WHERE active WITH LOCAL CHECK OPTION;
COMMENT ON VIEW active_users IS 'not all of them';
COMMENT ON COLUMN active_users.id IS 'of the user';
CREATE MATERIALIZED VIEW states AS SELECT state, count(*) AS users FROM users GROUP BY state;
CREATE UNIQUE INDEX ON states (state);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users AS RESTRICTIVE FOR SELECT USING (id = 1);
CREATE STATISTICS users_together ON state, active FROM users;
CREATE RULE quiet AS ON DELETE TO "Log Entries" DO INSTEAD NOTHING;
CREATE COLLATION german (provider = icu, locale = 'de');
CREATE TABLE words (word text COLLATE german PRIMARY KEY);
