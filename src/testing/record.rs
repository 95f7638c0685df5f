//! The schema as it was last looked at, in a file beside the code.

use std::fmt::Write as _;
use std::path::Path;

use schema_core::{Database, Fingerprint, Object, ObjectId, Part, Parts};
use serde::{Deserialize, Serialize};

/// Set, it makes the record follow the schema.
const UPDATE: &str = "GROUNDPLAN_UPDATE_SCHEMA";

/// Asserts that a schema is the one that a file in the crate records: a plain `#[test]` that needs no database.
///
/// Whoever changes a struct sees the test fail, with what changed; `GROUNDPLAN_UPDATE_SCHEMA=1 cargo test` records the
/// new schema, and the diff of the file is there for review.
///
/// ```no_run
/// # #[derive(groundplan::Table)]
/// # struct User { id: i64 }
/// #[test]
/// fn schema_changes_are_deliberate() {
///     groundplan::assert_schema_recorded!("schema.json", groundplan::schema![User]);
/// }
/// ```
#[macro_export]
macro_rules! assert_schema_recorded {
    ($file:expr, $schema:expr $(,)?) => {
        let file = ::std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join($file);
        if let Err(difference) = $crate::testing::check_recorded(&file, &$schema) {
            panic!("{difference}");
        }
    };
}

#[derive(Serialize, Deserialize)]
struct Record {
    fingerprint: Fingerprint,
    schema: Database,
}

/// What [`assert_schema_recorded!`](crate::assert_schema_recorded) asserts.
///
/// ```
/// use groundplan::dsl::Database;
/// use groundplan::testing::check_recorded;
///
/// // A file that is not there is told with the command that makes it.
/// let message = check_recorded("no/such/schema.json".as_ref(), &Database::new()).unwrap_err();
/// assert!(message.contains("GROUNDPLAN_UPDATE_SCHEMA=1 cargo test"));
/// ```
///
/// # Errors
/// What differs, and the command that records the schema as it is, as text.
pub fn check_recorded(file: &Path, schema: &Database) -> Result<(), String> {
    let mut schema = schema.clone();
    schema.sort();
    let record = Record { fingerprint: Fingerprint::of_schema(&schema), schema };
    let shown = file.display();
    if std::env::var_os(UPDATE).is_some() {
        let text = serde_json::to_string_pretty(&record).map_err(|error| error.to_string())?;
        return std::fs::write(file, format!("{text}\n")).map_err(|error| format!("{shown}: {error}"));
    }
    let command = format!("to record the schema as it is: {UPDATE}=1 cargo test");
    let text = std::fs::read_to_string(file).map_err(|error| format!("{shown}: {error}\n{command}"))?;
    let recorded: Record =
        serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}\n{command}"))?;
    if recorded.fingerprint == record.fingerprint {
        return Ok(());
    }
    let mut message = format!("the schema is not the one that {shown} records:\n");
    differences(&mut message, &recorded.schema, &record.schema);
    message.push_str("plan the change for your databases, then ");
    message.push_str(&command);
    Err(message)
}

fn differences(text: &mut String, recorded: &Database, declared: &Database) {
    // Writing into a String cannot fail.
    for (id, object) in recorded.objects() {
        match declared.get(id) {
            None => drop(writeln!(text, "  - {id}")),
            Some(now) if now != object => changed(text, id, object, now),
            Some(_) => {}
        }
    }
    for (id, _) in declared.objects().filter(|(id, _)| !recorded.contains(id)) {
        let _ = writeln!(text, "  + {id}");
    }
}

fn changed(text: &mut String, id: &ObjectId, was: &Object, is: &Object) {
    let _ = writeln!(text, "  ~ {id}");
    if let (Some(was), Some(is)) = (was.as_table(), is.as_table()) {
        parts(text, "column", &was.columns, &is.columns);
        parts(text, "unique constraint", &was.uniques, &is.uniques);
        parts(text, "check", &was.checks, &is.checks);
        parts(text, "foreign key", &was.foreign_keys, &is.foreign_keys);
        parts(text, "exclusion constraint", &was.exclusions, &is.exclusions);
        parts(text, "index", &was.indexes, &is.indexes);
    }
}

fn parts<T: Part + PartialEq>(text: &mut String, kind: &str, was: &Parts<T>, is: &Parts<T>) {
    for part in was {
        let name = part.key();
        match is.get(&name) {
            None => drop(writeln!(text, "      - {kind} {name}")),
            Some(now) if now != part => drop(writeln!(text, "      ~ {kind} {name}")),
            Some(_) => {}
        }
    }
    for name in is.names().filter(|name| !was.contains(name)) {
        let _ = writeln!(text, "      + {kind} {name}");
    }
}
