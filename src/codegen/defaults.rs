//! What the engine would choose by itself, which need not be said.

use schema_core::{Column, Database, Declared, MySqlTable, Name, Scope, Session, Table, Type};

/// What a table gets of which nothing is said.
#[derive(Clone, Debug, Default)]
pub(super) struct Defaults {
    /// The schema that names without one mean.
    pub(super) schema: Option<Name>,
    /// Storage engine, character set and collation.
    pub(super) mysql: MySqlTable,
}

impl Defaults {
    /// Asks the engine what it makes of a plain table. Where it cannot be asked, everything is said.
    pub(super) async fn probe(session: &mut dyn Session, scope: &Scope) -> Self {
        let plain =
            Table::new("groundplan_probe").column(Column::new("id", Type::BigInt)).primary_key(["id"]);
        let declared = Declared::from(Database::new().with(plain));
        let Ok(made) = session.canonicalize(&declared, scope).await else { return Self::default() };
        let table = made.schema.database.tables().next();
        table
            .map(|table| Self { schema: table.name.schema.clone(), mysql: table.options.mysql.clone() })
            .unwrap_or_default()
    }
}
