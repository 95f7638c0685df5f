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
    views: Vec<String>,
    triggers: Vec<String>,
}

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
        let mut draft = Self { tables: Vec::new(), views: Vec::new(), triggers: Vec::new() };
        for _ in 0..count {
            let name = names.remove(random.below(names.len()));
            draft.tables.push(Sketch::new(name, random));
        }
        for table in 0..draft.tables.len() {
            draft.refer(table, random);
        }
        draft.decorate(random);
        draft
    }

    /// Foreign keys, now that there are tables to refer to.
    fn refer(&mut self, table: usize, random: &mut Random) {
        if !random.chance(50) {
            return;
        }
        let parent = self.tables[random.below(self.tables.len())].clone();
        let [key] = parent.key.as_slice() else { return };
        let key = parent.columns[*key].name.clone();
        let sketch = &mut self.tables[table];
        let column = &sketch.columns[random.below(sketch.columns.len())];
        if column.generated {
            return;
        }
        let actions = [
            "",
            " ON DELETE CASCADE",
            " ON DELETE SET NULL ON UPDATE CASCADE",
            " DEFERRABLE INITIALLY DEFERRED",
        ];
        let columns = if random.chance(50) { format!("({})", quote(&key)) } else { String::new() };
        let name = if random.chance(30) { "CONSTRAINT fk " } else { "" };
        let constraint = format!(
            "{name}FOREIGN KEY ({}) REFERENCES {}{columns}{}",
            quote(&column.name),
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
            if random.chance(40) {
                let event = random.pick(&["INSERT", "UPDATE", "DELETE"]);
                self.triggers.push(format!(
                    "CREATE TRIGGER t{number} AFTER {event} ON {name} BEGIN SELECT count(*) FROM {name}; END"
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
                _ => draft.tables[at].change(random),
            }
        }
        draft.decorate(random);
        draft
    }

    pub fn sql(&self) -> String {
        let mut sql: Vec<String> = self.tables.iter().map(Sketch::sql).collect();
        sql.extend(self.tables.iter().flat_map(|t| t.indexes.iter().map(|(_, sql)| sql.clone())));
        sql.extend(self.views.iter().cloned());
        sql.extend(self.triggers.iter().cloned());
        sql.iter().map(|statement| format!("{statement};\n")).collect()
    }
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
        if random.chance(35) && !(has_default && default == "NULL") {
            rest.push_str(" NOT NULL");
        }
        if random.chance(8) {
            rest.push_str(" UNIQUE");
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
            0 if column != other => format!("{name}UNIQUE ({column}, {other})"),
            1 => format!("{name}CHECK ({column} <> 'never' OR {other}  IS NULL)"),
            _ => format!("{name}CHECK(length({column})<{})", 50 + random.below(3)),
        });
    }

    fn index(&mut self, random: &mut Random) {
        let Some(column) = self.plain(random) else { return };
        let column = quote(&column);
        let name = format!("{} i{}", self.name, random.below(4));
        let unique = if random.chance(20) { "UNIQUE " } else { "" };
        let part = match random.below(4) {
            0 => format!("{column} DESC"),
            1 => format!("lower({column})"),
            2 => format!("{column} COLLATE NOCASE"),
            _ => column.clone(),
        };
        let filter = if random.chance(25) { format!(" WHERE {column} IS NOT NULL") } else { String::new() };
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
        match random.below(9) {
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
            let key: Vec<String> = self.key.iter().map(|at| quote(&self.columns[*at].name)).collect();
            elements.push(format!("PRIMARY KEY ({})", key.join(", ")));
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
