//! Rows to fill tables with, and checksums of what survives.

use std::collections::BTreeMap;

use schema_core::{Canonical, KeyPart, Name, Object, Table, Type};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};

/// A small generator, the same for the same seed.
#[derive(Clone)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end.max(1)
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

pub async fn connect(file: &std::path::Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(false)
        .pragma("synchronous", "OFF");
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Fills every table with rows that keep foreign keys, as far as a few attempts find such; gives the number of rows.
pub async fn fill(file: &std::path::Path, schema: &Canonical, seed: u64, count: usize) -> usize {
    let mut connection = connect(file).await;
    let mut random = Random::new(seed);
    sqlx::raw_sql("PRAGMA foreign_keys = ON").execute(&mut connection).await.unwrap();
    let mut filled = 0;
    // Twice, so that a table may refer to one that comes later.
    for _ in 0..2 {
        for table in schema.database.tables() {
            for _ in 0..count {
                filled += usize::from(insert(&mut connection, table, &mut random).await);
            }
        }
    }
    for table in schema.database.tables().filter(|table| monotonic(table).is_some()) {
        // Then the next number is known from the sequence alone.
        let name = table.name.name.as_str().replace('"', "\"\"");
        let last = format!("DELETE FROM \"{name}\" WHERE rowid = (SELECT max(rowid) FROM \"{name}\")");
        let _ = sqlx::raw_sql(AssertSqlSafe(last)).execute(&mut connection).await;
    }
    for (name, definition) in virtual_tables(schema) {
        for number in 0..count {
            let values = match definition {
                text if text.contains(" USING fts5") => {
                    format!("('it''s {number}', 'body {}')", random.next())
                }
                text if text.contains("label") => format!("({number}, 1, {}, 3.5, 8, 'x')", 2 + number),
                text if text.contains("y0") => format!("({number}, 1, {}, 3.5, 8)", 2 + number),
                _ => format!("({number}, 1, {})", 2 + number),
            };
            let insert = format!("INSERT INTO \"{name}\" VALUES {values}");
            sqlx::raw_sql(AssertSqlSafe(insert)).execute(&mut connection).await.unwrap();
            filled += 1;
        }
    }
    connection.close().await.unwrap();
    filled
}

/// The column whose numbers are never used again.
fn monotonic(table: &Table) -> Option<&Name> {
    let column = table.columns.iter().find(|c| c.identity.as_ref().is_some_and(|i| i.monotonic))?;
    Some(&column.name)
}

/// Names and statements of the virtual tables.
fn virtual_tables(schema: &Canonical) -> impl Iterator<Item = (&str, &str)> {
    schema.database.objects().filter_map(|(id, object)| match object {
        Object::Sql(table) => Some((id.name.as_str(), table.definition[0].as_str())),
        _ => None,
    })
}

/// What else must survive where the same is in both: the rows of virtual tables by their statements, and the
/// sequences by their tables and columns.
pub async fn others(file: &std::path::Path, schema: &Canonical) -> BTreeMap<String, Vec<String>> {
    let mut connection = connect(file).await;
    let mut all = BTreeMap::new();
    for (name, definition) in virtual_tables(schema) {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT printf('quote(\"%w\")', name) FROM pragma_table_info(?)")
                .bind(name)
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let list = columns.join(" || ',' || ");
        let query = format!("SELECT rowid || ':' || {list} FROM \"{name}\" ORDER BY rowid");
        let rows = sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
        all.insert(definition.to_owned(), rows);
    }
    for table in schema.database.tables() {
        let Some(column) = monotonic(table) else { continue };
        let rows: Vec<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = ?")
            .bind(table.name.name.as_str())
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let key = format!("sequence of {}.{column}", table.name);
        all.insert(key, rows.iter().map(ToString::to_string).collect());
    }
    connection.close().await.unwrap();
    all
}

async fn insert(connection: &mut SqliteConnection, table: &Table, random: &mut Random) -> bool {
    let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    for _ in 0..4 {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            if column.identity.is_some() || (column.default.is_some() && random.chance(30)) {
                continue;
            }
            let reference = table.foreign_keys.iter().find(|key| key.columns.contains(&column.name));
            let value = match reference {
                Some(key) if random.chance(80) => {
                    let at = key.columns.iter().position(|c| *c == column.name).unwrap();
                    let parent = quote(key.references.name.as_str());
                    let of = key.referenced_columns.get(at).map_or("rowid".to_owned(), |c| quote(c.as_str()));
                    format!("(SELECT {of} FROM {parent} ORDER BY random() LIMIT 1)")
                }
                Some(_) | None if column.nullable && random.chance(25) => "NULL".to_owned(),
                Some(_) | None => value(table, &column.name, &column.ty, random),
            };
            names.push(quote(column.name.as_str()));
            values.push(value);
        }
        let sql = if names.is_empty() {
            format!("INSERT INTO {} DEFAULT VALUES", quote(table.name.name.as_str()))
        } else {
            let (names, values) = (names.join(", "), values.join(", "));
            format!("INSERT INTO {} ({names}) VALUES ({values})", quote(table.name.name.as_str()))
        };
        if sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await.is_ok() {
            return true;
        }
    }
    false
}

fn value(table: &Table, column: &Name, ty: &Type, random: &mut Random) -> String {
    let name = match ty {
        Type::Native(sql) => sql.as_str().to_ascii_uppercase(),
        _portable => String::new(),
    };
    // A value that a check lists is more likely to be accepted.
    for check in table.checks.iter().filter(|_| random.chance(80)) {
        let text = check.expression.as_str();
        if let Some((head, list)) = text.split_once(" IN (")
            && head.contains(column.as_str())
        {
            let values: Vec<&str> = list.split(')').next().unwrap().split(", ").collect();
            return (*random.pick(&values)).to_owned();
        }
    }
    let number = random.below(100_000);
    if name.contains("INT") {
        return if random.chance(10) { (random.next() >> 12).to_string() } else { number.to_string() };
    }
    if name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB") {
        return format!("{number}.{}", random.below(1000));
    }
    if name.contains("BLOB") {
        return format!("x'{:016x}'", random.next());
    }
    match random.below(5) {
        0 => format!("'{number}'"),
        1 => format!("'00{number}'"),
        2 => "''".to_owned(),
        _ => format!("'it''s {number}'"),
    }
}

/// For each table, what its columns hold, row by row in an order that the row's number does not decide.
pub type Contents = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// Reads everything.
pub async fn contents(file: &std::path::Path, schema: &Canonical) -> Contents {
    let mut connection = connect(file).await;
    let mut all = Contents::new();
    for table in schema.database.tables() {
        let quote = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let columns: Vec<&Name> =
            table.columns.iter().filter(|c| c.generated.is_none()).map(|c| &c.name).collect();
        let rowid = if table.options.sqlite.without_rowid {
            let key = table.primary_key.as_ref().unwrap();
            key.columns
                .iter()
                .filter_map(KeyPart::column_name)
                .map(|c| quote(c.as_str()))
                .collect::<Vec<_>>()
                .join(", ")
        } else {
            "rowid".to_owned()
        };
        let list: Vec<String> = columns
            .iter()
            .map(|c| format!("typeof({0}) || ':' || coalesce(quote({0}), '')", quote(c.as_str())))
            .collect();
        let sql =
            format!("SELECT {} FROM {} ORDER BY {rowid}", list.join(", "), quote(table.name.name.as_str()));
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        let entry = all.entry(table.name.name.to_string()).or_default();
        for (at, column) in columns.iter().enumerate() {
            entry.insert(column.to_string(), rows.iter().map(|row| row.get::<String, _>(at)).collect());
        }
    }
    connection.close().await.unwrap();
    all
}

/// Where what survives is not what it was: tables and columns that are in both. Where the declared type is another,
/// a number may have become the same number of another kind, or its text; where rows are ordered otherwise, only
/// the values count.
pub fn altered(before: (&Contents, &Canonical), after: (&Contents, &Canonical)) -> Vec<String> {
    let table_of = |schema: &Canonical, table: &str| schema.database.table(&table.into()).unwrap().clone();
    let mut altered = Vec::new();
    for (table, columns) in before.0 {
        let Some(now) = after.0.get(table) else { continue };
        let (old, new) = (table_of(before.1, table), table_of(after.1, table));
        let reordered = order(&old) != order(&new);
        for (column, values) in columns {
            let Some(found) = now.get(column) else { continue };
            let ty = |table: &Table| {
                (table.columns.get(&column.into()).unwrap().ty.clone(), table.options.sqlite.strict)
            };
            let form = |values: &[String]| -> Vec<String> {
                let same = ty(&old) == ty(&new);
                let mut values: Vec<String> =
                    values.iter().map(|value| if same { value.clone() } else { plain(value) }).collect();
                if reordered {
                    values.sort();
                }
                values
            };
            let (was, is) = (form(values), form(found));
            if was != is {
                let example = was.iter().zip(&is).find(|(was, is)| was != is);
                altered.push(format!("{table}.{column}: {} rows were {}, {example:?}", is.len(), was.len()));
            }
        }
    }
    altered
}

/// What decides the order that rows are read in.
fn order(table: &Table) -> String {
    let number = table.columns.iter().find(|c| c.identity.is_some()).map(|c| &c.name);
    let sqlite = &table.options.sqlite;
    let key = table.primary_key.as_ref().filter(|_| sqlite.without_rowid).map(|key| &key.columns);
    let names = key.into_iter().flatten().filter_map(KeyPart::column_name);
    let kinds: Vec<_> = names
        .filter_map(|name| table.columns.get(name))
        .map(|c| (&c.ty, &c.collation, sqlite.strict))
        .collect();
    format!("{number:?} {key:?} {kinds:?}")
}

/// A value without its type.
fn plain(value: &str) -> String {
    let text = value.split_once(':').unwrap().1.trim_matches('\'');
    text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| number.to_string())
}
