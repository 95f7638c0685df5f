//! Tables: columns, constraints, indexes, partitions and inheritance.

use std::fmt::Write as _;

use super::{Column, Script, Table};

const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "numeric(10,2)",
    "numeric(12,2)",
    "real",
    "double precision",
    "public.d_int",
];
const TEXTS: &[&str] = &[
    "text",
    "text",
    "character varying",
    "character varying(20)",
    "character varying(50)",
    "character(8)",
    "app.d_text",
    "citext",
];
const TIMES: &[&str] = &[
    "date",
    "timestamp without time zone",
    "timestamp with time zone",
    "timestamp(3) without time zone",
    "timestamp(0) with time zone",
];
const LABELS: &[&str] = &["app.mood", "app.mood", "app.mood", "text", "character varying(20)"];
const ARRAYS: &[&str] = &["integer[]", "bigint[]", "text[]", "app.mood[]", "character varying(20)[]"];
const DOCUMENTS: &[&str] = &["json", "jsonb", "jsonb", "text"];
const RANGES: &[&str] = &["int4range", "int8range", "numrange", "int4range"];
const OTHERS: &[&str] = &[
    "uuid",
    "bytea",
    "boolean",
    "inet",
    "cidr",
    "macaddr",
    "interval",
    "interval(3)",
    "time without time zone",
    "time with time zone",
    "bit(4)",
    "bit varying(8)",
    "point",
    "box",
    "xml",
    "money",
    "tsvector",
    "oid",
    "name",
    "\"char\"",
    "int4multirange",
    "app.fr",
    "app.addr",
    "app.addr[]",
    "integer",
    "text",
];

/// The types that the column of this number may have: most changes of type stay within a family.
fn family(number: usize) -> &'static [&'static str] {
    match number {
        0 => NUMBERS,
        1 | 2 => TEXTS,
        3 => TIMES,
        4 => LABELS,
        5 => ARRAYS,
        6 => DOCUMENTS,
        7 => RANGES,
        _ => OTHERS,
    }
}

/// A default that the type takes.
fn default(ty: &str, which: usize) -> Option<&'static str> {
    let all: &[&str] = match ty {
        "smallint" | "integer" | "bigint" | "public.d_int" => &["7", "(1 + 1)", "app.f_default(3)"],
        "real" | "double precision" => &["1.5", "random()"],
        "date" => &["CURRENT_DATE", "'2020-01-01'"],
        "uuid" => &["gen_random_uuid()"],
        "boolean" => &["false", "true"],
        "app.mood" => &["'a'", "'b'"],
        "app.mood[]" => &["'{a}'::app.mood[]", "ARRAY['b'::app.mood]"],
        "json" | "jsonb" => &["'{}'", "'[1, 2]'"],
        "integer[]" | "text[]" => &["'{}'"],
        "bytea" => &["'\\x00'"],
        "inet" => &["'10.0.0.1'"],
        ty if ty.starts_with("numeric") => &["0", "1.25", "-1"],
        ty if ty.starts_with("timestamp") => &["now()", "clock_timestamp()", "'2020-01-01 00:00:00'"],
        ty if ty.starts_with("interval") => &["'1 day'"],
        ty if ty == "text"
            || ty.starts_with("character varying") && !ty.ends_with(']')
            || ty == "app.d_text" =>
        {
            &["'it''s'", "'b'", "lower('B')", "CURRENT_USER"]
        }
        _ => &[],
    };
    all.get(which % all.len().max(1)).copied()
}

impl Script<'_> {
    pub(super) fn tables(&mut self) {
        let names: [(&str, &str, &str); 5] = [
            ("t0", "public", "public.t0"),
            ("t1", "public", "public.\"Or\"\"der\""),
            ("t2", "app", "app.t2"),
            ("t3", "\"Odd Schema\"", "\"Odd Schema\".\"sel ect\""),
            ("t4", "app", "app.\"user\""),
        ];
        for (key, schema, name) in names {
            if !self.choices.one_in(&format!("{key}.not"), 4) {
                self.table(key, schema, name);
            }
        }
        if !self.choices.one_in("p0.not", 3) {
            self.partitioned();
        }
        if !self.choices.one_in("i0.not", 3) {
            self.inheritance();
        }
        self.foreign_keys();
        for table in self.tables.clone() {
            self.indexes(&table);
            self.settings(&table);
        }
    }

    fn columns(&self, key: &str, numbers: std::ops::Range<usize>) -> (Vec<Column>, Vec<String>) {
        let mut columns = Vec::new();
        let mut items = Vec::new();
        for number in numbers {
            if self.choices.one_in(&format!("{key}.c{number}.not"), 3) {
                continue;
            }
            let (column, definition) = self.column(key, number);
            columns.push(column);
            items.push(definition);
        }
        (columns, items)
    }

    fn column(&self, table: &str, number: usize) -> (Column, String) {
        let choices = self.choices;
        let key = |part: &str| format!("{table}.c{number}.{part}");
        let ty = match choices.pick(&key("type"), family(number)) {
            "citext" => self.citext.unwrap_or("text"),
            ty => ty,
        };
        let name = match number {
            2 => "\"Na me\"".to_owned(),
            5 => "\"order\"".to_owned(),
            _ => format!("c{number}"),
        };
        let mut column =
            Column { name, ty: ty.to_owned(), nullable: !choices.one_in(&key("null"), 3), generated: false };
        let mut sql = format!("{} {ty}", column.name);
        if (column.is_text() || ty == "app.d_text") && choices.one_in(&key("collation"), 4) {
            sql.push_str(choices.pick(&key("collation.name"), &[" COLLATE \"C\"", " COLLATE app.odd"]));
        }
        let expression = match ty {
            "integer" | "bigint" | "numeric" => "(id * 2)",
            "text" | "character varying" => "((id)::text || 'x')",
            "integer[]" => "ARRAY[(id)::integer]",
            _ => "",
        };
        if !expression.is_empty() && choices.one_in(&key("generated"), 5) {
            let expression = match choices.pick(&key("expression"), &["", "other"]) {
                "" => expression.to_owned(),
                _ if ty == "integer" => "app.f_pure(id::integer)".to_owned(),
                _ => expression.replace("id", "(id + 1)"),
            };
            let virtual_ =
                choices.version >= 18 && !expression.contains("f_pure") && choices.one_in(&key("virtual"), 2);
            let kind = if virtual_ { "VIRTUAL" } else { "STORED" };
            let _ = write!(sql, " GENERATED ALWAYS AS ({expression}) {kind}");
            column.generated = true;
            column.nullable = true;
        } else {
            if !column.nullable {
                if choices.version >= 18 && choices.one_in(&key("null.name"), 4) {
                    let _ = write!(sql, " CONSTRAINT {table}_n{number} NOT NULL");
                } else {
                    sql.push_str(" NOT NULL");
                }
            }
            if choices.one_in(&key("default"), 2)
                && let Some(default) = default(ty, choices.below(&key("default.which"), 12))
            {
                let _ = write!(sql, " DEFAULT {default}");
            }
        }
        (column, sql)
    }

    fn table(&mut self, key: &str, schema: &str, name: &str) {
        let choices = self.choices;
        let k = |part: &str| format!("{key}.{part}");
        let id = choices.pick(&k("id"), &["integer", "bigint"]);
        let serial = choices.below(&k("numbered"), 5);
        let sequence = format!("{schema}.{key}_id_seq");
        let numbered = match serial {
            0 => " GENERATED ALWAYS AS IDENTITY".to_owned(),
            1 => format!(
                " GENERATED BY DEFAULT AS IDENTITY{}",
                choices.maybe(
                    &k("identity"),
                    &[" (START WITH 100 INCREMENT BY 10)", " (CACHE 5)", " (MAXVALUE 30000 CYCLE)",]
                )
            ),
            2 => {
                self.say(format!("CREATE SEQUENCE {sequence} AS {id}"));
                format!(" DEFAULT nextval('{sequence}'::regclass)")
            }
            _ => String::new(),
        };
        let mut items = vec![format!("id {id}{numbered} NOT NULL")];
        let mut columns =
            vec![Column { name: "id".into(), ty: id.into(), nullable: false, generated: false }];
        let (more, definitions) = self.columns(key, 0..10);
        columns.extend(more);
        items.extend(definitions);
        if choices.one_in(&k("tenant"), 3) {
            items.push("tenant integer DEFAULT 1 NOT NULL".to_owned());
            columns.push(Column {
                name: "tenant".into(),
                ty: "integer".into(),
                nullable: false,
                generated: false,
            });
        }
        for number in 0..2 {
            if choices.one_in(&k(&format!("r{number}.not")), 2) {
                continue;
            }
            let null = if choices.one_in(&k(&format!("r{number}.null")), 5) { " NOT NULL" } else { "" };
            items.push(format!("r{number} {id}{null}"));
            columns.push(Column {
                name: format!("r{number}"),
                ty: id.into(),
                nullable: true,
                generated: false,
            });
        }
        let keyed = !choices.one_in(&k("key.not"), 6);
        if keyed {
            items.push(match choices.below(&k("key"), 6) {
                0 => format!("CONSTRAINT \"{key} Key\" PRIMARY KEY (id)"),
                1 => "UNIQUE (id)".to_owned(),
                2 => "PRIMARY KEY (id) WITH (fillfactor='70')".to_owned(),
                _ => "PRIMARY KEY (id)".to_owned(),
            });
        }
        items.extend(self.constraints(key, &columns));
        // No other table may refer to an unlogged one.
        let unlogged = if key == "t4" && choices.one_in(&k("unlogged"), 3) { "UNLOGGED " } else { "" };
        let options = choices.maybe(
            &k("options"),
            &[
                " WITH (fillfactor='80')",
                " WITH (autovacuum_enabled='false', toast.autovacuum_enabled='false')",
                " WITH (fillfactor='60', parallel_workers='2')",
            ],
        );
        self.say(format!("CREATE {unlogged}TABLE {name} (\n  {}\n){options}", items.join(",\n  ")));
        if serial == 2 {
            self.say(format!("ALTER SEQUENCE {sequence} OWNED BY {name}.id"));
        }
        self.comment(key, &format!("TABLE {name}"));
        self.tables.push(Table {
            key: key.into(),
            schema: schema.into(),
            name: name.into(),
            columns,
            keyed,
            partitioned: false,
        });
    }

    /// Checks, unique and exclusion constraints.
    fn constraints(&self, key: &str, columns: &[Column]) -> Vec<String> {
        let choices = self.choices;
        let k = |part: &str| format!("{key}.{part}");
        let mut items = Vec::new();
        if choices.one_in(&k("check"), 2) {
            let condition = choices.pick(
                &k("check.what"),
                &["id > 0", "id >= 0", "app.f_pure(id::integer) > -5", "id IS NOT NULL AND id > 0"],
            );
            let inherit = choices.maybe(&k("check.inherit"), &[" NO INHERIT"]);
            items.push(format!("CONSTRAINT {key}_ck CHECK ({condition}){inherit}"));
        }
        if let Some(text) = columns.iter().find(|column| column.is_text())
            && choices.one_in(&k("check2"), 3)
        {
            let length = choices.pick(&k("check2.length"), &["40", "45"]);
            items.push(format!("CHECK (length({}) < {length})", text.name));
        }
        let ordered: Vec<&Column> =
            columns.iter().filter(|c| c.is_ordered() && (!c.generated || choices.version < 18)).collect();
        for number in 0..2 {
            if ordered.is_empty() || !choices.one_in(&k(&format!("u{number}")), 4) {
                continue;
            }
            let column = &ordered[choices.below(&k(&format!("u{number}.column")), ordered.len())].name;
            let nulls = if choices.version >= 15 {
                choices.maybe(&k(&format!("u{number}.nulls")), &[" NULLS NOT DISTINCT"])
            } else {
                ""
            };
            let second = if column == "id" {
                ""
            } else {
                choices.pick(&k(&format!("u{number}.second")), &["", ", id"])
            };
            let include = if second.is_empty() && column != "id" {
                choices.maybe(&k(&format!("u{number}.include")), &[" INCLUDE (id)"])
            } else {
                ""
            };
            let deferred = choices.maybe(
                &k(&format!("u{number}.deferred")),
                &[" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"],
            );
            items.push(format!(
                "CONSTRAINT {key}_u{number} UNIQUE{nulls} ({column}{second}){include}{deferred}"
            ));
        }
        if let Some(range) = columns.iter().find(|column| column.is_range() && column.ty != "app.fr")
            && choices.one_in(&k("exclude"), 3)
        {
            let more = if self.gist { choices.maybe(&k("exclude.more"), &["id WITH =, "]) } else { "" };
            let filter = choices.maybe(&k("exclude.filter"), &[" WHERE (id > 10)"]);
            let deferred = choices.maybe(&k("exclude.deferred"), &[" DEFERRABLE"]);
            items.push(format!(
                "CONSTRAINT {key}_ex EXCLUDE USING gist ({more}{} WITH &&){filter}{deferred}",
                range.name
            ));
        }
        items
    }

    fn foreign_keys(&mut self) {
        let choices = self.choices;
        let tables = self.tables.clone();
        let targets: Vec<&Table> = tables.iter().filter(|table| table.keyed).collect();
        for table in &tables {
            for number in 0..2 {
                let k = |part: &str| format!("{}.fk{number}.{part}", table.key);
                let column = format!("r{number}");
                let Some(own) = table.columns.iter().find(|c| c.name == column) else { continue };
                if targets.is_empty() || choices.one_in(&k("not"), 3) {
                    continue;
                }
                // The target by its name, so that it stays where other tables come and go.
                let wanted = choices.pick(&k("target"), &["t0", "t1", "t2", "t3"]);
                let Some(target) = targets.iter().find(|target| target.key == wanted) else { continue };
                let action = choices.pick(
                    &k("action"),
                    &[
                        "",
                        " ON DELETE CASCADE",
                        " ON DELETE SET NULL",
                        " ON UPDATE CASCADE ON DELETE RESTRICT",
                        " ON DELETE SET DEFAULT",
                    ],
                );
                let columns = if choices.version >= 15 && action.ends_with("SET NULL") && own.nullable {
                    choices.maybe(&k("columns"), &[" (r0)"]).replace('0', &number.to_string())
                } else {
                    String::new()
                };
                let deferred =
                    choices.maybe(&k("deferred"), &[" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]);
                let matching = choices.maybe(&k("match"), &[" MATCH FULL"]);
                let state = match choices.below(&k("state"), 8) {
                    0 if !table.partitioned => " NOT VALID",
                    1 if choices.version >= 18 => " NOT ENFORCED",
                    _ => "",
                };
                self.say(format!(
                    "ALTER TABLE {} ADD CONSTRAINT {}_fk{number} FOREIGN KEY ({column}) REFERENCES {} (id){matching}{action}{columns}{deferred}{state}",
                    table.name, table.key, target.name
                ));
                self.comment(&k("c"), &format!("CONSTRAINT {}_fk{number} ON {}", table.key, table.name));
            }
        }
    }

    fn indexes(&mut self, table: &Table) {
        let choices = self.choices;
        for number in 0..4 {
            let k = |part: &str| format!("{}.x{number}.{part}", table.key);
            if choices.one_in(&k("not"), 2) || table.columns.is_empty() {
                continue;
            }
            let column = &table.columns[choices.below(&k("column"), table.columns.len())];
            if choices.version >= 18 && column.generated {
                continue;
            }
            let name =
                if number == 3 { format!("\"{} X\"", table.key) } else { format!("{}_x{number}", table.key) };
            let c = &column.name;
            let (method, key) = match column.ty.as_str() {
                "jsonb" => ("gin", choices.pick(&k("jsonb"), &["{} jsonb_path_ops", "{}"]).replace("{}", c)),
                "json" | "xml" => continue,
                "point" | "box" => (choices.pick(&k("space"), &["gist", "spgist"]), c.clone()),
                "tsvector" => ("gin", c.clone()),
                ty if ty.starts_with("app.addr") => continue,
                ty if ty.ends_with("[]") => (choices.pick(&k("array"), &["gin", "btree"]), c.clone()),
                ty if ty.contains("range") && choices.one_in(&k("range"), 2) => {
                    if ty.contains("multi") {
                        ("btree", c.clone())
                    } else {
                        ("gist", c.clone())
                    }
                }
                _ if column.is_text() && choices.one_in(&k("text"), 2) => {
                    let text = if column.ty == "text" { c.clone() } else { format!("({c})::text") };
                    let key = match choices.below(&k("text.key"), 6) {
                        0 => format!("lower({text})"),
                        1 => format!("{c} text_pattern_ops"),
                        2 => format!("{c} COLLATE \"C\""),
                        3 => format!("app.f_text({text})"),
                        4 => format!("{c} DESC NULLS LAST"),
                        _ => format!("({text} || 'x')"),
                    };
                    ("btree", key)
                }
                "integer" | "bigint" if choices.one_in(&k("number"), 3) => {
                    (choices.pick(&k("number.method"), &["brin", "hash", "btree"]), c.clone())
                }
                "integer" if choices.one_in(&k("expression"), 3) => ("btree", format!("app.f_pure({c})")),
                _ => ("btree", c.clone()),
            };
            let plain = method == "btree" && key == *c;
            let unique =
                if plain && !table.partitioned && choices.one_in(&k("unique"), 4) { "UNIQUE " } else { "" };
            let second =
                if plain && c != "id" { choices.maybe(&k("second"), &[", id", ", id DESC"]) } else { "" };
            let include = if plain && second.is_empty() && c != "id" {
                choices.maybe(&k("include"), &[" INCLUDE (id)"])
            } else {
                ""
            };
            let nulls = if unique.is_empty() || choices.version < 15 {
                ""
            } else {
                choices.maybe(&k("nulls"), &[" NULLS NOT DISTINCT"])
            };
            let settings = match method {
                "btree" | "hash" => choices.maybe(&k("with"), &[" WITH (fillfactor='50')"]),
                "gin" => choices.maybe(&k("with"), &[" WITH (fastupdate='off')"]),
                "brin" => choices.maybe(&k("with"), &[" WITH (pages_per_range='8')"]),
                _ => "",
            };
            let filter = choices.maybe(&k("where"), &[" WHERE (id > 3)", " WHERE (id IS NOT NULL)"]);
            self.say(format!(
                "CREATE {unique}INDEX {name} ON {} USING {method} ({key}{second}){include}{nulls}{settings}{filter}",
                table.name
            ));
            let qualified = format!("{}.{name}", table.schema);
            self.comment(&k("c"), &format!("INDEX {qualified}"));
            if plain
                && !unique.is_empty()
                && filter.is_empty()
                && !column.nullable
                && second.is_empty()
                && choices.one_in(&k("identity"), 2)
            {
                self.say(format!("ALTER TABLE {} REPLICA IDENTITY USING INDEX {name}", table.name));
            }
            if method == "btree"
                && filter.is_empty()
                && !table.partitioned
                && choices.one_in(&k("cluster"), 8)
            {
                self.say(format!("ALTER TABLE {} CLUSTER ON {name}", table.name));
            }
        }
    }

    /// What is said of a table and its columns afterwards.
    fn settings(&mut self, table: &Table) {
        let choices = self.choices;
        for column in &table.columns {
            let k = |part: &str| format!("{}.{}.{part}", table.key, column.name);
            self.comment(&k("c"), &format!("COLUMN {}.{}", table.name, column.name));
            let alter =
                |what: &str| format!("ALTER TABLE {} ALTER COLUMN {} {what}", table.name, column.name);
            if choices.one_in(&k("statistics"), 8) && (!column.generated || choices.version < 18) {
                self.say(alter("SET STATISTICS 50"));
            }
            if column.is_text() && choices.one_in(&k("storage"), 6) {
                self.say(alter(
                    choices.pick(&k("storage.kind"), &["SET STORAGE EXTERNAL", "SET STORAGE MAIN"]),
                ));
            }
            if column.is_text() && choices.one_in(&k("compression"), 8) {
                self.say(alter("SET COMPRESSION pglz"));
            }
            if choices.one_in(&k("options"), 10) && !table.partitioned {
                self.say(alter(
                    choices.pick(&k("options.which"), &["SET (n_distinct=5)", "SET (n_distinct=-0.5)"]),
                ));
            }
        }
        if choices.one_in(&format!("{}.identity", table.key), 8) {
            let what = choices.pick(&format!("{}.identity.which", table.key), &["FULL", "NOTHING"]);
            self.say(format!("ALTER TABLE {} REPLICA IDENTITY {what}", table.name));
        }
        if choices.one_in(&format!("{}.check.late", table.key), 6) {
            self.say(format!(
                "ALTER TABLE {} ADD CONSTRAINT {}_late CHECK (id < 1000000) NOT VALID",
                table.name, table.key
            ));
        }
    }

    fn partitioned(&mut self) {
        let choices = self.choices;
        let by = choices.pick("p0.by", &["RANGE (k)", "RANGE (k)", "LIST (k)", "HASH (k)"]);
        let mut items = vec!["id bigint NOT NULL".to_owned(), "k integer NOT NULL".to_owned()];
        let mut columns = vec![
            Column { name: "id".into(), ty: "bigint".into(), nullable: false, generated: false },
            Column { name: "k".into(), ty: "integer".into(), nullable: false, generated: false },
        ];
        let (more, definitions) = self.columns("p0", 0..4);
        columns.extend(more);
        items.extend(definitions);
        items.push("r0 bigint".to_owned());
        columns.push(Column { name: "r0".into(), ty: "bigint".into(), nullable: true, generated: false });
        match choices.below("p0.key", 4) {
            0 => {}
            1 => items.push("CONSTRAINT \"p Key\" PRIMARY KEY (id, k)".to_owned()),
            2 => items.push("CONSTRAINT p0_unique UNIQUE (k, id)".to_owned()),
            _ => items.push("PRIMARY KEY (id, k)".to_owned()),
        }
        if choices.one_in("p0.check", 2) {
            items.push("CONSTRAINT p0_ck CHECK (k > -10)".to_owned());
        }
        self.say(format!("CREATE TABLE app.p0 (\n  {}\n) PARTITION BY {by}", items.join(",\n  ")));
        let bounds: [(&str, String); 3] = match by {
            "RANGE (k)" => {
                let middle = choices.pick("p0.middle", &["10", "20"]);
                [
                    ("p0_a", format!("FOR VALUES FROM (MINVALUE) TO ({middle})")),
                    ("p0_b", format!("FOR VALUES FROM ({middle}) TO (100)")),
                    ("p0_d", "DEFAULT".to_owned()),
                ]
            }
            "LIST (k)" => [
                ("p0_a", "FOR VALUES IN (1, 2)".to_owned()),
                ("p0_b", format!("FOR VALUES IN ({}, 11)", choices.pick("p0.list", &["3", "4"]))),
                ("p0_d", "DEFAULT".to_owned()),
            ],
            _ => [
                ("p0_a", "FOR VALUES WITH (modulus 2, remainder 0)".to_owned()),
                ("p0_b", "FOR VALUES WITH (modulus 2, remainder 1)".to_owned()),
                ("p0_d", String::new()),
            ],
        };
        for (name, bound) in bounds {
            if bound.is_empty() {
                continue;
            }
            match choices.below(&format!("p0.{name}"), 5) {
                // Not there.
                0 => {}
                // There, and on its own.
                1 => {
                    self.say(format!("CREATE TABLE app.{name} (LIKE app.p0)"));
                }
                2 if name == "p0_b" => {
                    self.say(format!(
                        "CREATE TABLE app.{name} PARTITION OF app.p0 {bound} PARTITION BY HASH (id); \
                         CREATE TABLE app.p0_b0 PARTITION OF app.{name} FOR VALUES WITH (modulus 1, remainder 0)"
                    ));
                }
                _ => self.say(format!("CREATE TABLE app.{name} PARTITION OF app.p0 {bound}")),
            }
        }
        self.comment("p0", "TABLE app.p0");
        if choices.one_in("p0.own", 3) && choices.below("p0.p0_a", 5) > 1 {
            self.say("CREATE INDEX p0_a_own ON app.p0_a (k DESC)");
        }
        self.tables.push(Table {
            key: "p0".into(),
            schema: "app".into(),
            name: "app.p0".into(),
            columns,
            keyed: false,
            partitioned: true,
        });
    }

    fn inheritance(&mut self) {
        let choices = self.choices;
        let mut items = vec!["id integer NOT NULL".to_owned()];
        let mut columns =
            vec![Column { name: "id".into(), ty: "integer".into(), nullable: false, generated: false }];
        let (more, definitions) = self.columns("i0", 0..3);
        columns.extend(more);
        items.extend(definitions);
        if choices.one_in("i0.check", 2) {
            let inherit = choices.maybe("i0.check.inherit", &[" NO INHERIT"]);
            items.push(format!("CONSTRAINT i0_ck CHECK (id > 0){inherit}"));
        }
        self.say(format!("CREATE TABLE public.i0 (\n  {}\n)", items.join(",\n  ")));
        let own = choices.pick("i1.own", &["extra text", "extra text DEFAULT 'x', more integer"]);
        let parent = if choices.one_in("i1.orphan", 6) { "" } else { " INHERITS (public.i0)" };
        let id = if parent.is_empty() { "id integer NOT NULL, " } else { "" };
        self.say(format!("CREATE TABLE app.i1 ({id}{own}){parent}"));
        if !parent.is_empty() && choices.one_in("i2", 2) {
            self.say("CREATE TABLE app.i2 (deep boolean) INHERITS (app.i1)");
        }
        self.comment("i1", "TABLE app.i1");
        self.tables.push(Table {
            key: "i0".into(),
            schema: "public".into(),
            name: "public.i0".into(),
            columns,
            keyed: false,
            partitioned: false,
        });
    }
}
