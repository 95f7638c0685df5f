//! Schemas, extensions, types, sequences, and what stands beside tables.

use super::Script;

impl Script<'_> {
    pub(super) fn foundations(&mut self) {
        let choices = self.choices;
        self.say("CREATE SCHEMA app");
        self.say("CREATE SCHEMA \"Odd Schema\"");
        self.comment("schema.app", "SCHEMA app");
        if choices.one_in("schema.more", 3) {
            self.say("CREATE SCHEMA more");
        }
        if choices.one_in("ext.citext", 2) {
            let ty = choices.pick("ext.citext.schema", &["public.citext", "app.citext"]);
            self.citext = Some(ty);
            self.say(format!("CREATE EXTENSION citext WITH SCHEMA {}", ty.replace(".citext", "")));
        }
        self.gist = choices.one_in("ext.gist", 2);
        if self.gist {
            self.say("CREATE EXTENSION btree_gist WITH SCHEMA public");
        }
        if choices.one_in("collation", 2) {
            let from = choices.pick("collation.from", &["\"C\"", "\"POSIX\""]);
            self.say(format!("CREATE COLLATION app.odd FROM {from}"));
            self.comment("collation", "COLLATION app.odd");
        } else {
            self.say("CREATE COLLATION app.odd (provider = icu, locale = 'de')");
        }
    }

    pub(super) fn types(&mut self) {
        let choices = self.choices;
        let labels = choices.pick(
            "mood",
            &[
                "'a', 'b'",
                "'a', 'b', 'c'",
                "'a', 'x', 'b'",
                "'b', 'a'",
                "'0', 'a', 'b', 'it''s'",
                "'a', 'b', 'c', 'd'",
                "'c', 'b', 'a'",
            ],
        );
        self.say(format!("CREATE TYPE app.mood AS ENUM ({labels})"));
        self.comment("mood", "TYPE app.mood");
        if choices.one_in("level", 2) {
            let labels = choices.pick("level.labels", &["'low', 'high'", "'low', 'mid', 'high'", "'high'"]);
            self.say(format!("CREATE TYPE public.\"Level\" AS ENUM ({labels})"));
        }
        let attributes = choices.pick(
            "addr",
            &[
                "street text, zip character varying(10)",
                "street text, zip character varying(10), city text COLLATE \"C\"",
                "street text, zip character varying(20)",
                "zip character varying(10), street text",
            ],
        );
        self.say(format!("CREATE TYPE app.addr AS ({attributes})"));
        self.comment("addr", "TYPE app.addr");
        let base = if choices.one_in("d_text.base", 6) { "character varying(100)" } else { "text" };
        let default = choices.maybe("d_text.default", &[" DEFAULT 'x'", " DEFAULT 'it''s'"]);
        let null = if choices.one_in("d_text.null", 4) { " NOT NULL" } else { "" };
        let check = choices.maybe(
            "d_text.check",
            &[
                " CONSTRAINT short CHECK (length(VALUE) < 100)",
                " CONSTRAINT short CHECK (length(VALUE) < 200)",
                " CHECK (VALUE <> 'never')",
            ],
        );
        self.say(format!("CREATE DOMAIN app.d_text AS {base}{default}{null}{check}"));
        self.comment("d_text", "DOMAIN app.d_text");
        let check = choices.maybe("d_int.check", &[" CHECK (VALUE > 0)", " CHECK (VALUE >= 0)"]);
        self.say(format!("CREATE DOMAIN public.d_int AS integer{check}"));
        if choices.one_in("nested", 3) {
            self.say("CREATE DOMAIN app.d_nested AS public.d_int CONSTRAINT small CHECK (VALUE < 1000)");
        }
        let subtype =
            choices.pick("fr", &["double precision, subtype_diff = float8mi", "double precision", "text"]);
        self.say(format!("CREATE TYPE app.fr AS RANGE (subtype = {subtype})"));
    }

    pub(super) fn sequences(&mut self) {
        let choices = self.choices;
        for name in ["app.q0", "public.\"Q 1\""] {
            let key = |part: &str| format!("seq.{name}.{part}");
            if choices.one_in(&key("not"), 3) {
                continue;
            }
            let ty = choices.pick(&key("type"), &["", " AS integer", " AS smallint"]);
            let options = choices.maybe(
                &key("options"),
                &[
                    " START WITH 10 INCREMENT BY 5",
                    " MINVALUE -5 MAXVALUE 500 CYCLE",
                    " CACHE 20",
                    " INCREMENT BY -1",
                    " START WITH 7 MINVALUE 7",
                ],
            );
            self.say(format!("CREATE SEQUENCE {name}{ty}{options}"));
            self.comment(&key("c"), &format!("SEQUENCE {name}"));
        }
    }

    /// Statistics, publications, text search, foreign data, casts.
    pub(super) fn others(&mut self) {
        let choices = self.choices;
        let version = choices.version;
        for table in self.tables.clone() {
            let key = |part: &str| format!("{}.{part}", table.key);
            let ordered: Vec<&str> = table
                .columns
                .iter()
                .filter(|c| c.is_ordered() && !c.ty.contains("citext") && (!c.generated || version < 18))
                .map(|c| c.name.as_str())
                .collect();
            if ordered.len() > 1 && choices.one_in(&key("stats"), 4) {
                let kinds = choices.pick(&key("stats.kinds"), &["", " (ndistinct)", " (dependencies, mcv)"]);
                let name = format!("app.st_{}", table.key);
                self.say(format!(
                    "CREATE STATISTICS {name}{kinds} ON {}, {} FROM {}",
                    ordered[0],
                    ordered[1 + choices.below(&key("stats.second"), ordered.len() - 1)],
                    table.name
                ));
                if choices.one_in(&key("stats.target"), 3) {
                    self.say(format!("ALTER STATISTICS {name} SET STATISTICS 50"));
                }
                self.comment(&key("stats"), &format!("STATISTICS {name}"));
            }
        }
        let published: Vec<String> = self
            .tables
            .iter()
            .filter(|table| {
                table.keyed && table.key != "t4" && choices.one_in(&format!("{}.published", table.key), 2)
            })
            .map(|table| {
                let columns = choices.one_in(&format!("{}.published.columns", table.key), 3)
                    && version >= 15
                    && !table.partitioned;
                let filter = choices.one_in(&format!("{}.published.filter", table.key), 3)
                    && version >= 15
                    && !table.partitioned;
                format!(
                    "{}{}{}",
                    table.name,
                    if columns { " (id)" } else { "" },
                    if filter { " WHERE (id > 5)" } else { "" }
                )
            })
            .collect();
        if !published.is_empty() && choices.one_in("publication", 2) {
            let options = choices.maybe(
                "publication.options",
                &[
                    " WITH (publish = 'insert')",
                    " WITH (publish = 'insert', publish_via_partition_root = true)",
                ],
            );
            self.say(format!("CREATE PUBLICATION pub FOR TABLE {}{options}", published.join(", ")));
            self.comment("publication", "PUBLICATION pub");
        }
        if choices.one_in("publication.all", 6) {
            self.say("CREATE PUBLICATION \"Pub All\" FOR ALL TABLES WITH (publish = 'insert')");
        }
        if version >= 15 && choices.one_in("publication.schema", 6) {
            self.say("CREATE PUBLICATION pub_schema FOR TABLES IN SCHEMA app WITH (publish = 'insert')");
        }
        if choices.one_in("search", 3) {
            let from = choices.pick("search.from", &["pg_catalog.english", "pg_catalog.simple"]);
            self.say(format!("CREATE TEXT SEARCH CONFIGURATION app.search (COPY = {from})"));
            if choices.one_in("search.alter", 2) {
                self.say(
                    "CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = pg_catalog.simple, accept = false)",
                );
                self.say(
                    "ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH app.dict, simple",
                );
            }
            self.comment("search", "TEXT SEARCH CONFIGURATION app.search");
        }
        if choices.one_in("foreign", 3) {
            self.say("CREATE FOREIGN DATA WRAPPER gp_wrapper");
            let options =
                choices.maybe("foreign.server", &[" OPTIONS (host 'a')", " OPTIONS (host 'b', port '1')"]);
            self.say(format!("CREATE SERVER gp_server FOREIGN DATA WRAPPER gp_wrapper{options}"));
            if choices.one_in("foreign.mapping", 2) {
                self.say("CREATE USER MAPPING FOR public SERVER gp_server OPTIONS (\"user\" 'x')");
            }
            let columns = choices.pick(
                "foreign.columns",
                &["id integer, note text", "id integer NOT NULL, note character varying(10), more date"],
            );
            self.say(format!("CREATE FOREIGN TABLE app.far ({columns}) SERVER gp_server"));
            self.comment("foreign", "FOREIGN TABLE app.far");
        }
        if choices.one_in("cast", 4) {
            let context = choices.pick("cast.context", &["", " AS ASSIGNMENT"]);
            self.say(format!(
                "CREATE FUNCTION app.addr_text(app.addr) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).street'; \
                 CREATE CAST (app.addr AS text) WITH FUNCTION app.addr_text(app.addr){context}"
            ));
        }
        if choices.one_in("operator", 4) {
            self.say(
                "CREATE FUNCTION app.near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2'; \
                 CREATE OPERATOR app.<~> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = app.near, COMMUTATOR = OPERATOR(app.<~>))",
            );
        }
    }
}
