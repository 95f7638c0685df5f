//! From a statement to facts.

use super::fact::{Fact, Kind, Told};
use super::words::{Cursor, Word, not_understood, upper, words};
use super::{query, table, write};
use crate::{Engine, QualifiedName};

/// What a statement does.
pub(crate) fn facts(sql: &str, engine: Engine) -> Vec<Fact> {
    let words = words(sql, engine);
    if words.is_empty() {
        return Vec::new();
    }
    let mut cursor = Cursor::new(&words, engine);
    statement(&mut cursor, engine).unwrap_or_else(|| vec![not_understood(&words)])
}

/// What changes nothing that others see.
const HARMLESS: [&str; 18] = [
    "TABLE",
    "SHOW",
    "EXPLAIN",
    "COMMENT",
    "ANALYZE",
    "USE",
    "SAVEPOINT",
    "RELEASE",
    "UNLOCK",
    "RESET",
    "CHECK",
    "DISCARD",
    "LISTEN",
    "UNLISTEN",
    "NOTIFY",
    "DEALLOCATE",
    "DESCRIBE",
    "DESC",
];

/// The facts, or nothing if the statement is not understood.
pub(super) fn statement(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    let whole = cursor.rest();
    let mysql = matches!(engine, Engine::MySql | Engine::MariaDb);
    if cursor.eat("CREATE") {
        return create(cursor);
    }
    if cursor.eat("ALTER") {
        return alter(cursor, engine);
    }
    if cursor.eat("DROP") {
        return drop(cursor);
    }
    if cursor.eat("RENAME TABLE") {
        return renames(cursor);
    }
    if cursor.eat("TRUNCATE") {
        cursor.eat("TABLE");
        cursor.eat("ONLY");
        return names(cursor)
            .map(|tables| tables.into_iter().map(|table| Fact::Truncate { table }).collect());
    }
    if cursor.eat_any(&["BEGIN", "START TRANSACTION"]) {
        let immediate = cursor.holds("IMMEDIATE") || cursor.holds("EXCLUSIVE");
        return Some(vec![Fact::Begin { immediate }]);
    }
    if cursor.eat_any(&["COMMIT", "ROLLBACK TO", "ROLLBACK", "END", "ABORT"]) {
        return Some(vec![if whole.get(1).is_some_and(|word| word.is("TO")) {
            Fact::Harmless
        } else {
            Fact::End
        }]);
    }
    if cursor.eat("SET") {
        return Some(set(cursor, mysql));
    }
    if cursor.eat("PRAGMA") {
        return Some(vec![pragma(cursor)?]);
    }
    if let Some(facts) = write::rows(&mut cursor.clone(), engine) {
        return Some(facts);
    }
    if cursor.eat("COPY") {
        return write::copy(cursor);
    }
    if cursor.eat("LOAD") {
        // PostgreSQL loads a library so.
        let library = || Some(vec![Fact::Program { by: "LOAD".to_owned() }]);
        return if mysql { write::load(cursor) } else { library() };
    }
    if cursor.eat("WITH") {
        return query::with(cursor, engine);
    }
    if cursor.eat("DO") {
        return query::block(cursor, engine);
    }
    if cursor.eat_any(&["CALL", "EXECUTE"]) {
        return query::call(cursor);
    }
    if cursor.eat("FLUSH") && cursor.holds("WITH READ LOCK") {
        return Some(vec![Fact::LockTable { table: QualifiedName::new("every table") }]);
    }
    if cursor.eat("LOCK") {
        cursor.eat_any(&["TABLES", "TABLE"]);
        cursor.eat("ONLY");
        return Some(vec![Fact::LockTable { table: cursor.name()? }]);
    }
    if cursor.eat_any(&["VACUUM", "CLUSTER", "OPTIMIZE", "REINDEX"]) {
        return Some(maintenance(whole, engine));
    }
    if cursor.eat("REFRESH MATERIALIZED VIEW") {
        let concurrently = cursor.eat("CONCURRENTLY");
        return Some(vec![Fact::Refresh { view: cursor.name()?, concurrently }]);
    }
    if cursor.eat_any(&["GRANT", "REVOKE", "REASSIGN"]) {
        return Some(vec![Fact::Privileges { table: None, by: whole[0].text().to_uppercase() }]);
    }
    if cursor.peek("EXPLAIN") && cursor.holds("ANALYZE") && !cursor.holds("SELECT") {
        // It does what it explains.
        return None;
    }
    if cursor.peek("SELECT") || cursor.peek("VALUES") {
        return Some(query::query(whole, engine));
    }
    let harmless = whole.first().is_some_and(|word| word.is("FLUSH")) || cursor.eat_any(&HARMLESS);
    harmless.then(|| vec![Fact::Harmless])
}

/// Names with commas between them.
fn names(cursor: &mut Cursor<'_>) -> Option<Vec<QualifiedName>> {
    let mut names = vec![cursor.name()?];
    while cursor.eat_symbol(',') {
        cursor.eat("ONLY");
        names.push(cursor.name()?);
    }
    Some(names)
}

/// The attributes in a statement about a role that pass the grants.
fn powers(cursor: &Cursor<'_>) -> Option<Fact> {
    const POWERS: [&str; 5] = ["SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"];
    let powers: Vec<&'static str> = POWERS.into_iter().filter(|power| cursor.holds(power)).collect();
    (!powers.is_empty()).then_some(Fact::RolePowers { powers })
}

fn create(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    cursor.eat("OR REPLACE");
    if (cursor.peek("ROLE") || cursor.peek("USER"))
        && let Some(fact) = powers(cursor)
    {
        return Some(vec![fact]);
    }
    let definer = cursor.holds("TRIGGER")
        || cursor.holds("VIEW")
        || cursor.holds("PROCEDURE")
        || cursor.holds("FUNCTION");
    if definer && (cursor.peek("DEFINER") || cursor.peek("ALGORITHM") || cursor.peek("SQL")) {
        let kinds = ["TRIGGER", "VIEW", "PROCEDURE", "FUNCTION", "EVENT"];
        while !cursor.is_at_end() && !kinds.iter().any(|kind| cursor.peek(kind)) {
            cursor.next();
        }
    }
    let temporary = cursor.eat_any(&["TEMPORARY", "TEMP", "GLOBAL TEMPORARY", "LOCAL TEMPORARY"]);
    let unlogged = cursor.eat("UNLOGGED");
    if cursor.eat("TABLE") {
        let fact = table::create(cursor, unlogged && !temporary)?;
        return Some(vec![fact]);
    }
    let unique = cursor.eat("UNIQUE");
    let special = cursor.eat_any(&["FULLTEXT", "SPATIAL"]);
    if cursor.eat("INDEX") {
        return index(cursor, unique, special);
    }
    if cursor.eat_any(&["CONSTRAINT TRIGGER", "TRIGGER", "RULE"]) {
        cursor.eat("IF NOT EXISTS");
        cursor.name()?;
        while !cursor.is_at_end() && !cursor.peek("ON") && !cursor.peek("TO") {
            cursor.next();
        }
        cursor.next();
        return Some(vec![Fact::Trigger { table: cursor.name()? }]);
    }
    if cursor.eat("POLICY") {
        cursor.name()?;
        cursor.eat("ON");
        return Some(vec![Fact::Privileges { table: cursor.name(), by: "CREATE POLICY".to_owned() }]);
    }
    let kinds = [
        ("MATERIALIZED VIEW", Kind::MaterializedView),
        ("RECURSIVE VIEW", Kind::View),
        ("VIEW", Kind::View),
        ("SCHEMA", Kind::Schema),
        ("DATABASE", Kind::Schema),
        ("TYPE", Kind::Type),
        ("DOMAIN", Kind::Type),
        ("SEQUENCE", Kind::Sequence),
        ("FUNCTION", Kind::Routine),
        ("PROCEDURE", Kind::Routine),
        ("AGGREGATE", Kind::Routine),
        ("EVENT", Kind::Routine),
        ("EXTENSION", Kind::Extension),
        ("VIRTUAL TABLE", Kind::Other),
        ("FOREIGN TABLE", Kind::Other),
        ("SERVER", Kind::Other),
        ("CAST", Kind::Other),
        ("COLLATION", Kind::Other),
        ("STATISTICS", Kind::Other),
        ("PUBLICATION", Kind::Other),
        ("ROLE", Kind::Other),
        ("USER", Kind::Other),
        ("OPERATOR", Kind::Other),
        ("TEXT SEARCH", Kind::Other),
    ];
    let (_, kind) = kinds.into_iter().find(|(words, _)| cursor.eat(words))?;
    cursor.eat_any(&["IF NOT EXISTS", "CONCURRENTLY"]);
    let name = cursor.name().unwrap_or_else(|| QualifiedName::new(""));
    Some(vec![Fact::Create { kind, name }])
}

fn index(cursor: &mut Cursor<'_>, unique: bool, special: bool) -> Option<Vec<Fact>> {
    let concurrently = cursor.eat("CONCURRENTLY");
    cursor.eat("IF NOT EXISTS");
    let name = if cursor.peek("ON") { None } else { Some(cursor.name()?.name.to_string()) };
    while !cursor.is_at_end() && !cursor.eat("ON") {
        cursor.next();
    }
    // `ON ONLY`: the index of the parent alone, which is nothing yet.
    let only = cursor.eat("ONLY");
    let table = cursor.name()?;
    if only {
        return Some(vec![Fact::Instant { table, by: "CREATE INDEX ON ONLY".to_owned() }]);
    }
    let mut facts = vec![Fact::CreateIndex { table: table.clone(), name, unique, concurrently, special }];
    let (algorithm, lock) = (cursor.holds("ALGORITHM"), cursor.holds("LOCK"));
    facts.push(Fact::Clauses { table, algorithm, lock, instant: false });
    Some(facts)
}

fn alter(cursor: &mut Cursor<'_>, engine: Engine) -> Option<Vec<Fact>> {
    cursor.eat_any(&["ONLINE", "IGNORE"]);
    if cursor.eat_any(&["TABLE", "FOREIGN TABLE"]) {
        return table::alter(cursor, engine);
    }
    if cursor.eat("TYPE") {
        let ty = cursor.name()?;
        if cursor.eat("ADD VALUE") {
            cursor.eat("IF NOT EXISTS");
            let value = cursor.next()?.text();
            return Some(vec![Fact::AddEnumValue { ty, value }]);
        }
        if cursor.eat("RENAME VALUE") {
            let to = cursor.rest().last()?.text();
            return Some(vec![Fact::Rename { kind: Kind::EnumValue, name: ty, to }]);
        }
        return other_alter(cursor, Kind::Type, ty);
    }
    if cursor.eat("DOMAIN") {
        let domain = cursor.name()?;
        if cursor.eat("ADD") || cursor.eat("SET NOT NULL") {
            return Some(vec![Fact::ConstrainDomain { domain, not_valid: cursor.holds("NOT VALID") }]);
        }
        return other_alter(cursor, Kind::Type, domain);
    }
    let powers = (cursor.peek("ROLE") || cursor.peek("USER")).then(|| powers(cursor)).flatten();
    if cursor.eat_any(&["ROLE", "USER", "SYSTEM", "DEFAULT PRIVILEGES", "POLICY"]) {
        let mut facts = vec![Fact::Privileges { table: None, by: "ALTER".to_owned() }];
        facts.extend(powers);
        return Some(facts);
    }
    let kinds = [
        ("MATERIALIZED VIEW", Kind::MaterializedView),
        ("VIEW", Kind::View),
        ("SCHEMA", Kind::Schema),
        ("DATABASE", Kind::Schema),
        ("INDEX", Kind::Index),
        ("SEQUENCE", Kind::Sequence),
        ("FUNCTION", Kind::Routine),
        ("PROCEDURE", Kind::Routine),
        ("EXTENSION", Kind::Extension),
        ("TRIGGER", Kind::Trigger),
    ];
    let (_, kind) = kinds.into_iter().find(|(words, _)| cursor.eat(words))?;
    cursor.eat("IF EXISTS");
    let name = cursor.name()?;
    other_alter(cursor, kind, name)
}

/// Of what is no table, only a new name or owner concerns others.
fn other_alter(cursor: &mut Cursor<'_>, kind: Kind, name: QualifiedName) -> Option<Vec<Fact>> {
    if cursor.holds("OWNER TO") {
        return Some(vec![Fact::Privileges { table: None, by: "OWNER TO".to_owned() }]);
    }
    if cursor.holds("RENAME") {
        let to = cursor.rest().last()?.text();
        return Some(vec![Fact::Rename { kind, name, to }]);
    }
    Some(vec![Fact::Create { kind, name }])
}

fn drop(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    let cascade = cursor.holds("CASCADE");
    if cursor.eat("INDEX") {
        let concurrently = cursor.eat("CONCURRENTLY");
        cursor.eat("IF EXISTS");
        let mut facts: Vec<Fact> =
            names(cursor)?.into_iter().map(|index| Fact::DropIndex { index, concurrently }).collect();
        if cursor.eat("ON") {
            let (algorithm, lock) = (cursor.holds("ALGORITHM"), cursor.holds("LOCK"));
            facts.push(Fact::Clauses { table: cursor.name()?, algorithm, lock, instant: false });
        }
        return Some(facts);
    }
    if cursor.eat_any(&["TRIGGER", "RULE"]) {
        cursor.eat("IF EXISTS");
        let name = cursor.name()?;
        let table = if cursor.eat("ON") { cursor.name() } else { None };
        let dropped = Fact::Drop { kind: Kind::Trigger, name, cascade };
        return Some(
            [Some(dropped), table.map(|table| Fact::Trigger { table })].into_iter().flatten().collect(),
        );
    }
    if cursor.eat_any(&["POLICY", "ROLE", "USER", "OWNED"]) {
        return Some(vec![Fact::Privileges { table: None, by: "DROP".to_owned() }]);
    }
    cursor.eat_any(&["TEMPORARY", "FOREIGN"]);
    let kinds = [
        ("TABLE", Kind::Table),
        ("MATERIALIZED VIEW", Kind::MaterializedView),
        ("VIEW", Kind::View),
        ("SCHEMA", Kind::Schema),
        ("DATABASE", Kind::Schema),
        ("TYPE", Kind::Type),
        ("DOMAIN", Kind::Type),
        ("SEQUENCE", Kind::Sequence),
        ("FUNCTION", Kind::Routine),
        ("PROCEDURE", Kind::Routine),
        ("AGGREGATE", Kind::Routine),
        ("EVENT", Kind::Routine),
        ("EXTENSION", Kind::Extension),
    ];
    let (_, kind) = kinds.into_iter().find(|(words, _)| cursor.eat(words))?;
    cursor.eat("IF EXISTS");
    Some(names(cursor)?.into_iter().map(|name| Fact::Drop { kind, name, cascade }).collect())
}

/// MySQL: `RENAME TABLE a TO b, c TO d`.
fn renames(cursor: &mut Cursor<'_>) -> Option<Vec<Fact>> {
    let mut facts = Vec::new();
    loop {
        let name = cursor.name()?;
        let to = cursor.eat("TO").then(|| cursor.name()).flatten()?;
        facts.push(Fact::Rename { kind: Kind::Table, name, to: to.name.to_string() });
        if !cursor.eat_symbol(',') {
            return Some(facts);
        }
    }
}

fn set(cursor: &mut Cursor<'_>, mysql: bool) -> Vec<Fact> {
    let text = upper(cursor.rest());
    let off = |name: &str| {
        let value = text.split(name).nth(1).unwrap_or_default();
        let value: String = value.chars().filter(char::is_ascii_alphanumeric).take(5).collect();
        value.starts_with("OFF") || value.starts_with("FALSE") || value.starts_with('0')
    };
    let told = if !mysql && text.contains("LOCK_TIMEOUT") {
        Told::LockTimeout(!off("LOCK_TIMEOUT") && !text.contains("DEFAULT"))
    } else if let Some((_, role)) = text.split_once("SESSION_REPLICATION_ROLE").filter(|_| !mysql) {
        // As a replica, PostgreSQL fires no trigger, and the checks of foreign keys are triggers.
        Told::ForeignKeys(!role.contains("REPLICA"))
    } else if mysql && text.contains("LOCK_WAIT_TIMEOUT") && !text.contains("INNODB_LOCK_WAIT_TIMEOUT") {
        Told::LockTimeout(true)
    } else if mysql && text.contains("FOREIGN_KEY_CHECKS") && !text.contains("OLD_FOREIGN_KEY_CHECKS") {
        Told::ForeignKeys(!off("FOREIGN_KEY_CHECKS"))
    } else if mysql && text.contains("SQL_MODE") && !text.contains("OLD_SQL_MODE") {
        Told::SqlMode(text.contains("STRICT") || text.contains("TRADITIONAL") || text.contains("CONCAT"))
    } else {
        Told::Other
    };
    vec![Fact::Set(told)]
}

/// What follows `PRAGMA`: `schema.name = value` or `name(value)`.
fn pragma(cursor: &mut Cursor<'_>) -> Option<Fact> {
    let pragma = cursor.name()?.name.as_str().to_uppercase();
    let value = match cursor.group() {
        Some(group) => group.first(),
        None => cursor.eat_symbol('=').then(|| cursor.next()).flatten(),
    };
    let Some(value) = value.map(|word| word.text().trim_matches('\'').to_uppercase()) else {
        return Some(Fact::Harmless);
    };
    let on = ["ON", "1", "TRUE", "YES"].contains(&value.as_str());
    let off = ["OFF", "0", "FALSE", "NO"].contains(&value.as_str());
    Some(Fact::Set(match pragma.as_str() {
        "WRITABLE_SCHEMA" if on => Told::WritableSchema,
        "SCHEMA_VERSION" => Told::WritableSchema,
        "IGNORE_CHECK_CONSTRAINTS" if on => Told::IgnoreChecks,
        "FOREIGN_KEYS" => Told::ForeignKeys(on),
        "BUSY_TIMEOUT" => Told::LockTimeout(true),
        "SYNCHRONOUS" if off => Told::Unsynced,
        "JOURNAL_MODE" if off || value == "MEMORY" => Told::Unsynced,
        _other => Told::Other,
    }))
}

fn maintenance(whole: &[Word], engine: Engine) -> Vec<Fact> {
    let text = upper(whole);
    let postgres = engine == Engine::Postgres;
    let rewrites = match whole[0].text().to_uppercase().as_str() {
        "VACUUM" if postgres => text.contains("FULL"),
        "REINDEX" if postgres => !text.contains("CONCURRENTLY"),
        "REINDEX" => false,
        _vacuum_cluster_optimize => true,
    };
    if !rewrites {
        return vec![Fact::Harmless];
    }
    let last = whole.last().filter(|word| !word.is_symbol(')') && whole.len() > 1 && !word.is("FULL"));
    let table = last.map(|word| QualifiedName::new(word.text()));
    let by = text.split(' ').take(2).collect::<Vec<_>>().join(" ");
    vec![Fact::Rewrite { table: table.filter(|_| engine != Engine::Sqlite), by }]
}
