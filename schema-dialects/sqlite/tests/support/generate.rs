//! Random schemas, as SQL.

use super::rows::Random;

/// A table in the making.
#[derive(Clone)]
pub struct Sketch {
    pub name: String,
    columns: Vec<ColumnSketch>,
    key: Vec<usize>,
    constraints: Vec<String>,
    indexes: Vec<(String, String)>,
    strict: bool,
    without_rowid: bool,
    key_order: &'static str,
    key_conflict: &'static str,
}

#[derive(Clone)]
struct ColumnSketch {
    name: String,
    ty: String,
    rest: String,
    rowid: Option<bool>,
    generated: bool,
}

/// A schema in the making: tables that others can be made from, views and triggers.
#[derive(Clone)]
pub struct Draft {
    pub tables: Vec<Sketch>,
    virtual_tables: Vec<String>,
    views: Vec<String>,
    triggers: Vec<String>,
}

/// Virtual tables with what they are made of, by name.
const VIRTUAL: &[&[&str]] = &[
    &[
        "CREATE VIRTUAL TABLE search USING fts5(title, body)",
        "CREATE VIRTUAL TABLE search USING fts5(title, body, tokenize = 'porter ascii')",
        "CREATE VIRTUAL TABLE search USING fts5(title, body UNINDEXED, prefix='2 3')",
    ],
    &[
        "CREATE VIRTUAL TABLE \"odd name\" USING rtree(id, x0, x1)",
        "CREATE VIRTUAL TABLE \"odd name\" USING rtree(id, x0, x1, y0, y1, +label TEXT)",
    ],
    &["CREATE VIRTUAL TABLE area USING rtree_i32(id, \"from\", \"to\")"],
];

const CONFLICTS: &[&str] =
    &["", "", "", "", " ON CONFLICT REPLACE", " ON CONFLICT IGNORE", " ON CONFLICT FAIL"];

const TABLES: &[&str] = &["people", "order", "Items", "log entries", "tag\"s", "größe"];
const COLUMNS: &[&str] =
    &["id", "name", "Key", "price", "note x", "parent", "created", "q\"t", "état", "flag"];
const TYPES: &[&str] = &[
    "INTEGER",
    "TEXT",
    "VARCHAR(20)",
    "REAL",
    "BLOB",
    "",
    "NUMERIC(10,2)",
    "BOOLEAN",
    "datetime",
    "unsigned big int",
];
const STRICT_TYPES: &[&str] = &["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Draft {
    pub fn new(random: &mut Random) -> Self {
        let count = 1 + random.below(4);
        let mut names: Vec<&str> = TABLES.to_vec();
        let mut draft =
            Self { tables: Vec::new(), virtual_tables: Vec::new(), views: Vec::new(), triggers: Vec::new() };
        for _ in 0..count {
            let name = names.remove(random.below(names.len()));
            draft.tables.push(Sketch::new(name, random));
        }
        for table in 0..draft.tables.len() {
            draft.refer(table, random);
        }
        draft.add_virtual_tables(random, 10);
        draft.decorate(random);
        draft
    }

    fn add_virtual_tables(&mut self, random: &mut Random, percent: usize) {
        for forms in VIRTUAL {
            if random.chance(percent) {
                self.virtual_tables.retain(|other| !forms.contains(&other.as_str()));
                if random.chance(70) {
                    self.virtual_tables.push((*random.pick(forms)).to_owned());
                }
            }
        }
    }

    /// Foreign keys, now that there are tables to refer to.
    fn refer(&mut self, table: usize, random: &mut Random) {
        if !random.chance(50) {
            return;
        }
        let parent = self.tables[random.below(self.tables.len())].clone();
        let key: Vec<String> = parent.key.iter().map(|at| quote(&parent.columns[*at].name)).collect();
        let sketch = &mut self.tables[table];
        let mut own: Vec<String> = Vec::new();
        for _ in &key {
            let column = &sketch.columns[random.below(sketch.columns.len())];
            if column.generated || own.contains(&quote(&column.name)) {
                return;
            }
            own.push(quote(&column.name));
        }
        if own.is_empty() {
            return;
        }
        let actions = [
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL ON UPDATE CASCADE",
            " DEFERRABLE INITIALLY DEFERRED",
            " ON UPDATE RESTRICT NOT DEFERRABLE",
            " MATCH FULL ON DELETE SET DEFAULT DEFERRABLE INITIALLY IMMEDIATE",
        ];
        let columns = if random.chance(50) { format!("({})", key.join(", ")) } else { String::new() };
        let name = if random.chance(30) { "CONSTRAINT fk " } else { "" };
        let constraint = format!(
            "{name}FOREIGN KEY ({}) REFERENCES {}{columns}{}",
            own.join(", "),
            quote(&parent.name),
            random.pick(&actions)
        );
        if !sketch.constraints.contains(&constraint) {
            sketch.constraints.push(constraint);
        }
    }

    /// Views and triggers over what is there.
    fn decorate(&mut self, random: &mut Random) {
        self.views.clear();
        self.triggers.clear();
        for (number, table) in self.tables.iter().enumerate() {
            let (name, column) = (quote(&table.name), quote(&table.columns[0].name));
            if random.chance(40) {
                self.views.push(format!(
                    "CREATE VIEW v{number} AS SELECT {column}, count(*) AS n FROM {name} GROUP BY 1"
                ));
                if random.chance(30) {
                    self.triggers.push(format!(
                        "CREATE TRIGGER iv{number} INSTEAD OF INSERT ON v{number} BEGIN SELECT new.n; END"
                    ));
                }
            }
            if random.chance(20) {
                self.views.push(format!(
                    "CREATE VIEW \"w {number}\"(\"a b\", c) AS SELECT {column}, '--' FROM {name} -- as it is\n LIMIT 5"
                ));
            }
            if random.chance(40) {
                let when = random.pick(&["AFTER", "BEFORE"]);
                let update = format!("UPDATE OF {column}");
                let event = *random.pick(&["INSERT", "UPDATE", "DELETE", update.as_str()]);
                let of_row = if event.starts_with('D') { "old" } else { "new" };
                let bodies = [
                    format!("SELECT count(*) FROM {name};"),
                    format!("SELECT CASE WHEN {of_row}.{column} = ';' THEN 1 ELSE 2 END; SELECT 'END';"),
                    // Were it fired by a plan, rows would be missing.
                    format!("DELETE FROM {name} WHERE {of_row}.{column} = 'fired';"),
                ];
                let body = random.pick(&bodies);
                let condition = if random.chance(30) {
                    format!(" WHEN {of_row}.{column} IS NOT NULL")
                } else {
                    String::new()
                };
                self.triggers.push(format!(
                    "CREATE TRIGGER t{number} {when} {event} ON {name}{condition} BEGIN {body} END"
                ));
            }
        }
    }

    /// Another schema that is much like this one.
    pub fn changed(&self, random: &mut Random) -> Self {
        let mut draft = self.clone();
        for _ in 0..=random.below(4) {
            let at = random.below(draft.tables.len());
            match random.below(10) {
                0 if draft.tables.len() > 1 => {
                    draft.tables.remove(at);
                }
                1 => {
                    let free = TABLES.iter().find(|name| draft.tables.iter().all(|t| t.name != **name));
                    if let Some(name) = free {
                        draft.tables.push(Sketch::new(name, random));
                    }
                }
                2 => draft.refer(at, random),
                3 => draft.add_virtual_tables(random, 50),
                _ => draft.tables[at].change(random),
            }
        }
        draft.decorate(random);
        draft
    }

    /// The statements, written as somebody with that taste would.
    pub fn sql(&self, taste: u64) -> String {
        let mut sql: Vec<String> = self.tables.iter().map(Sketch::sql).collect();
        sql.extend(self.virtual_tables.iter().cloned());
        sql.extend(self.tables.iter().flat_map(|t| t.indexes.iter().map(|(_, sql)| sql.clone())));
        sql.extend(self.views.iter().cloned());
        sql.extend(self.triggers.iter().cloned());
        let mut random = Random::new(taste);
        sql.iter().map(|statement| format!("{};\n", disguised(statement, taste, &mut random))).collect()
    }
}

/// The same statement in other quotes and with other spaces. Nobody with taste 0 or 1 does that.
fn disguised(sql: &str, taste: u64, random: &mut Random) -> String {
    const WORDS: &[&str] = &["order", "from", "to"];
    if taste < 2 {
        return sql.to_owned();
    }
    let mut text = String::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let quoted = |quote: char| {
            let mut end = 1;
            while let Some(at) = rest[end..].find(quote) {
                end += at + 1;
                if !rest[end..].starts_with(quote) {
                    break;
                }
                end += 1;
            }
            end
        };
        let end = match first {
            '"' => {
                let end = quoted('"');
                let name = rest[1..end - 1].replace("\"\"", "\"");
                let plain = name.chars().all(char::is_alphanumeric) && !WORDS.contains(&name.as_str());
                match random.below(4) {
                    0 if plain => text.push_str(&name),
                    1 => text.push_str(&format!("[{name}]")),
                    2 => text.push_str(&format!("`{name}`")),
                    _ => text.push_str(&rest[..end]),
                }
                end
            }
            '\'' => {
                let end = quoted('\'');
                text.push_str(&rest[..end]);
                end
            }
            '-' if rest.starts_with("--") => {
                let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
                text.push_str(&rest[..end]);
                end
            }
            ' ' => {
                text.push_str(match random.below(20) {
                    0 => "\n\t",
                    1 => " /* it's \"so\" */ ",
                    2 => " -- it's so;\n",
                    3 => "  ",
                    _ => " ",
                });
                1
            }
            other => {
                text.push(other);
                other.len_utf8()
            }
        };
        rest = &rest[end..];
    }
    text
}

impl Sketch {
    fn new(name: &str, random: &mut Random) -> Self {
        let strict = random.chance(20);
        let mut sketch = Self {
            name: name.to_owned(),
            columns: Vec::new(),
            key: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            strict,
            without_rowid: false,
            key_order: *random.pick(&["", "", " DESC", " COLLATE NOCASE"]),
            key_conflict: *random.pick(CONFLICTS),
        };
        for _ in 0..=random.below(6) {
            sketch.add_column(random);
        }
        if random.chance(60) {
            "INTEGER".clone_into(&mut sketch.columns[0].ty);
            sketch.columns[0].rest = String::new();
            sketch.columns[0].generated = false;
            sketch.columns[0].rowid = Some(random.chance(40));
            sketch.key = vec![0];
        } else if random.chance(60) {
            let plain: Vec<usize> =
                (0..sketch.columns.len()).filter(|at| !sketch.columns[*at].generated).collect();
            let count = (1 + random.below(2)).min(plain.len());
            sketch.key = plain.into_iter().rev().take(count).collect();
            sketch.without_rowid = !sketch.key.is_empty() && random.chance(30);
        }
        for _ in 0..random.below(3) {
            sketch.constrain(random);
        }
        for _ in 0..random.below(3) {
            sketch.index(random);
        }
        sketch
    }

    fn add_column(&mut self, random: &mut Random) {
        let free: Vec<&&str> =
            COLUMNS.iter().filter(|name| self.columns.iter().all(|c| c.name != **name)).collect();
        if free.is_empty() {
            return;
        }
        let name = (**random.pick(&free)).to_owned();
        let (ty, rest) = self.column_rest(random);
        let generated = rest.contains(" AS (");
        self.columns.push(ColumnSketch { name, ty, rest, rowid: None, generated });
    }

    fn column_rest(&self, random: &mut Random) -> (String, String) {
        let ty = (*random.pick(if self.strict { STRICT_TYPES } else { TYPES })).to_owned();
        let first = self.columns.first().filter(|c| !c.generated);
        if let Some(first) = first
            && random.chance(10)
        {
            let kind = random.pick(&["STORED", "VIRTUAL"]);
            return (ty, format!(" GENERATED ALWAYS AS (typeof({})) {kind}", quote(&first.name)))
                .clone_with_type(self.strict);
        }
        let mut rest = String::new();
        if random.chance(15) {
            let collation = *random.pick(&[" COLLATE NOCASE", " COLLATE RTRIM"]);
            rest.push_str(collation);
        }
        let numeric = ["INT", "INTEGER", "REAL"].contains(&ty.as_str());
        let default = *random.pick(&["0", "-1", "(1 + 1)", "'x'", "NULL", "CURRENT_TIMESTAMP"]);
        let allowed = !self.strict || default.starts_with(['0', '-', '(', 'N']) && (numeric || ty == "ANY");
        let has_default = random.chance(40) && allowed;
        if has_default {
            rest.push_str(&format!(" DEFAULT {default}"));
        }
        let (on_null, on_equal) = (*random.pick(CONFLICTS), *random.pick(CONFLICTS));
        if random.chance(35) && !(has_default && default == "NULL") {
            rest.push_str(" NOT NULL");
            rest.push_str(on_null);
        }
        if random.chance(8) {
            rest.push_str(" UNIQUE");
            rest.push_str(on_equal);
        }
        (ty, rest)
    }

    fn plain(&self, random: &mut Random) -> Option<String> {
        let plain: Vec<&ColumnSketch> = self.columns.iter().filter(|c| !c.generated).collect();
        (!plain.is_empty()).then(|| random.pick(&plain).name.clone())
    }

    fn constrain(&mut self, random: &mut Random) {
        let Some(column) = self.plain(random) else { return };
        let Some(other) = self.plain(random) else { return };
        let (column, other) = (quote(&column), quote(&other));
        let name =
            if random.chance(30) { format!("CONSTRAINT c{} ", random.below(3)) } else { String::new() };
        self.constraints.push(match random.below(3) {
            0 if column != other => {
                let (order, conflict) =
                    (*random.pick(&["", " DESC", " COLLATE NOCASE"]), *random.pick(CONFLICTS));
                format!("{name}UNIQUE ({column}{order}, {other}){conflict}")
            }
            1 => format!("{name}CHECK ({column} <> 'never' OR {other}  IS NULL)"),
            _ => format!("{name}CHECK(length({column})<{})", 50 + random.below(3)),
        });
    }

    fn index(&mut self, random: &mut Random) {
        let Some(column) = self.plain(random) else { return };
        let column = quote(&column);
        let name = format!("{} i{}", self.name, random.below(4));
        let unique = if random.chance(20) { "UNIQUE " } else { "" };
        let Some(other) = self.plain(random).map(|other| quote(&other)) else { return };
        let part = match random.below(7) {
            0 => format!("{column} DESC"),
            1 => format!("lower({column})"),
            2 => format!("{column} COLLATE NOCASE"),
            3 => format!("{column} COLLATE RTRIM DESC, {other}"),
            4 => format!("{column} || 'x' COLLATE NOCASE DESC, length({other})"),
            5 => format!("{other} DESC, {column}, {other} + 1"),
            _ => column.clone(),
        };
        let filter = match random.below(10) {
            0 | 1 => format!(" WHERE {column} IS NOT NULL"),
            2 => format!(" WHERE {other} > 5 AND {column} <> ';'"),
            _ => String::new(),
        };
        let sql = format!("CREATE {unique}INDEX {} ON {} ({part}){filter}", quote(&name), quote(&self.name));
        self.indexes.retain(|(other, _)| *other != name);
        self.indexes.push((name, sql));
    }

    fn uses(&self, column: &str) -> bool {
        let quoted = quote(column);
        self.constraints.iter().any(|c| c.contains(&quoted))
            || self.indexes.iter().any(|(_, sql)| sql.contains(&quoted))
            || self.columns.iter().any(|c| c.rest.contains(&quoted))
            || self.key.iter().any(|at| self.columns[*at].name == column)
    }

    fn change(&mut self, random: &mut Random) {
        match random.below(12) {
            9 => {
                // The rowid's numbers are used again from now on, or never.
                if let Some(monotonic) = &mut self.columns[0].rowid {
                    *monotonic = !*monotonic;
                }
            }
            10 => {
                let fits = |column: &ColumnSketch| {
                    STRICT_TYPES.contains(&column.ty.as_str()) && !column.rest.contains("DEFAULT")
                };
                if self.strict || self.columns.iter().all(fits) {
                    self.strict = !self.strict;
                }
            }
            11 => {
                for column in self.columns.iter_mut().filter(|column| column.generated) {
                    let (old, new) = *random.pick(&[("STORED", "VIRTUAL"), ("VIRTUAL", "STORED")]);
                    column.rest = column.rest.replace(old, new);
                }
            }
            0 | 1 => self.add_column(random),
            2 if self.columns.len() > 1 => {
                let at = random.below(self.columns.len());
                if self.uses(&self.columns[at].name.clone()) || self.key.iter().any(|key| *key > at) {
                    return;
                }
                self.columns.remove(at);
            }
            3 => {
                let at = random.below(self.columns.len());
                if self.columns[at].rowid.is_none() && !self.columns[at].generated {
                    let (ty, rest) = self.column_rest(random);
                    if !rest.contains(" AS (") {
                        (self.columns[at].ty, self.columns[at].rest) = (ty, rest);
                    }
                }
            }
            4 => self.constrain(random),
            5 => {
                self.constraints.pop();
            }
            6 => self.index(random),
            7 => {
                self.indexes.pop();
            }
            _ if !self.strict
                && random.chance(30)
                && !self.key.is_empty()
                && self.columns[0].rowid.is_none() =>
            {
                self.without_rowid = !self.without_rowid;
            }
            _ => {}
        }
    }

    fn sql(&self) -> String {
        let mut elements: Vec<String> = self
            .columns
            .iter()
            .map(|column| {
                let rowid = match column.rowid {
                    Some(true) => " PRIMARY KEY AUTOINCREMENT",
                    Some(false) => " PRIMARY KEY",
                    None => "",
                };
                format!("{} {}{rowid}{}", quote(&column.name), column.ty, column.rest)
            })
            .collect();
        let inline = self.columns.iter().any(|column| column.rowid.is_some());
        if !self.key.is_empty() && !inline {
            let key: Vec<String> = self
                .key
                .iter()
                .map(|at| format!("{}{}", quote(&self.columns[*at].name), self.key_order))
                .collect();
            elements.push(format!("PRIMARY KEY ({}){}", key.join(", "), self.key_conflict));
        }
        elements.extend(self.constraints.iter().cloned());
        let options: Vec<&str> =
            [self.strict.then_some("STRICT"), self.without_rowid.then_some("WITHOUT ROWID")]
                .into_iter()
                .flatten()
                .collect();
        format!("CREATE TABLE {} ({}) {}", quote(&self.name), elements.join(", "), options.join(", "))
    }
}

/// What `typeof` gives is text, which a STRICT table wants said.
trait CloneWithType {
    fn clone_with_type(self, strict: bool) -> (String, String);
}

impl CloneWithType for (String, String) {
    fn clone_with_type(self, strict: bool) -> (String, String) {
        (if strict { "TEXT".to_owned() } else { self.0 }, self.1)
    }
}
