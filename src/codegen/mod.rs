//! Rust code for an existing database: structs with derives for its tables, enums and types, and DSL code for what no
//! struct says.
//!
//! What is written declares exactly what is there: a plan from it to the database has no steps. Names, types and
//! attributes are those that a person would have chosen: what a struct says by itself is not said again.

mod attribute;
mod column;
mod defaults;
mod doc;
mod key;
mod literal;
mod names;
mod object;
mod scheme;
mod table;
mod ty;
mod types;
mod value;

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use schema_core::{Connect, Database, Engine, Error, Finding, Scope, Session};

use serde::Serialize;

use defaults::Defaults;
use scheme::{OwnType, Scheme};

/// Rust code that declares a database.
///
/// ```
/// fn save(rust: &groundplan::codegen::RustCode) -> std::io::Result<()> {
///     for finding in &rust.left_out {
///         eprintln!("{} is left out: {}", finding.object, finding.reason);
///     }
///     std::fs::write("src/schema.rs", &rust.code)
/// }
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct RustCode {
    /// A module: structs, and `pub fn schema() -> Database` with everything.
    pub code: String,
    /// The features of this crate that the module needs.
    pub features: BTreeSet<&'static str>,
    /// What the database holds and the module does not declare, because Groundplan does not manage it.
    pub left_out: Vec<Finding>,
}

/// Writes the code for a live database.
///
/// ```
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use groundplan::{codegen, core::Scope};
///
/// let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
/// # let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await?;
/// sqlx::query("CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, mail VARCHAR(320) NOT NULL)").execute(&pool).await?;
/// let rust = codegen::rust(&pool, &Scope::default()).await?;
/// assert!(rust.code.contains("pub struct User {"));
/// assert!(rust.code.contains(r#"#[column(type = "VARCHAR(320)")]"#));
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// # Errors
/// If the database cannot be read.
pub async fn rust<Opened>(target: &impl Connect<Opened>, scope: &Scope) -> Result<RustCode, Error> {
    let mut session = target.connect().await?;
    rust_of(&mut *session, scope).await
}

/// Writes the code for the database of an open session.
///
/// ```
/// use groundplan::Error;
/// use groundplan::codegen::rust_of;
/// use groundplan::core::{Scope, Session};
///
/// async fn print(session: &mut dyn Session) -> Result<(), Error> {
///     print!("{}", rust_of(session, &Scope::default()).await?.code);
///     Ok(())
/// }
/// ```
///
/// # Errors
/// If the database cannot be read.
pub async fn rust_of(session: &mut dyn Session, scope: &Scope) -> Result<RustCode, Error> {
    let inspection = session.inspect(scope).await?;
    let engine = session.dialect().engine();
    let defaults = Defaults::probe(session, scope).await;
    let mut database = inspection.schema.database;
    database.sort();
    Ok(write(engine, &database, &defaults, inspection.unmodelled))
}

fn write(engine: Engine, database: &Database, defaults: &Defaults, left_out: Vec<Finding>) -> RustCode {
    let scheme = Scheme::new(engine, database, defaults);
    let mut body = String::new();
    let functions = object::functions(&scheme);
    object::schema(&mut body, &scheme, &functions);
    for ty in scheme.types() {
        body.push('\n');
        ty::write(&mut body, ty, &scheme);
    }
    for table in database.tables() {
        body.push('\n');
        table::write(&mut body, table, &scheme);
    }
    object::write(&mut body, &functions);
    let features = scheme.features();
    let mut code = header(engine, &features, &left_out);
    code.push_str(&imports(&body, &scheme));
    code.push_str(&body);
    RustCode { code, features, left_out }
}

/// Adds a piece of code.
fn push(code: &mut String, text: fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = code.write_fmt(text);
}

fn header(engine: Engine, features: &BTreeSet<&'static str>, left_out: &[Finding]) -> String {
    let mut code =
        format!("//! The schema of a {engine} database, as `groundplan inspect --format rust` wrote it.\n");
    if !features.is_empty() {
        let features = features.iter().map(|feature| format!("`{feature}`")).collect::<Vec<_>>().join(", ");
        push(&mut code, format_args!("//!\n//! It needs groundplan with {features}.\n"));
    }
    if !left_out.is_empty() {
        code.push_str("//!\n//! Not managed by Groundplan, and not declared here:\n");
    }
    for finding in left_out {
        let line = format!("{}: {}", finding.object, finding.reason).replace(['\n', '\r'], " ");
        push(&mut code, format_args!("//! - {line}\n"));
    }
    code.push('\n');
    code
}

/// What the code names of this crate.
fn imports(body: &str, scheme: &Scheme<'_>) -> String {
    let has = |wanted: fn(&OwnType<'_>) -> bool| scheme.types().iter().any(|declared| wanted(&declared.ty));
    let mut names = Vec::new();
    names.extend(has(|ty| matches!(ty, OwnType::Enum(_) | OwnType::Inline(_))).then_some("SqlEnum"));
    names.extend(has(|ty| matches!(ty, OwnType::Domain(_) | OwnType::Composite(_))).then_some("SqlType"));
    names.extend(scheme.database.tables().next().map(|_| "Table"));
    names.push("schema");
    let dsl = if body.contains("dsl::") { "{self, Database}" } else { "Database" };
    let names = if let [only] = names[..] { only.to_owned() } else { format!("{{{}}}", names.join(", ")) };
    format!("use groundplan::dsl::{dsl};\nuse groundplan::{names};\n\n")
}
