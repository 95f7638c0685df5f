//! What a script has done before a statement, as far as it matters to the rules.

use std::collections::HashSet;

use super::fact::{ConstraintKind, Fact, Kind, Told};
use crate::{Engine, QualifiedName};

/// Where in a script a fact stands.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the session")]
pub(crate) struct Setting {
    /// The engine.
    pub(crate) engine: Engine,
    /// Whether a transaction is open.
    pub(crate) in_transaction: bool,
    /// Whether waiting for locks is limited.
    pub(crate) lock_timeout: bool,
    /// Whether foreign keys are enforced, where that can be switched.
    pub(crate) foreign_keys: bool,
    /// Whether the open transaction, or before any the script, has written rows.
    pub(crate) wrote: bool,
    /// Whether a missing limit was spoken of.
    pub(crate) spoke_of_timeout: bool,
    created: HashSet<QualifiedName>,
    /// Columns that the script has added, in lower case.
    new_columns: HashSet<(QualifiedName, String)>,
    /// The tables that the open transaction has locked.
    locked: HashSet<QualifiedName>,
    /// Enums that the open transaction made: their values can be used at once.
    new_types: HashSet<QualifiedName>,
    /// Enum values that the open transaction has added, as literals.
    new_values: Vec<String>,
    /// Columns by the name of the constraint that says they are not NULL, and whether it is validated.
    not_null: Vec<(QualifiedName, String, String, bool)>,
}

impl Setting {
    /// The beginning of a script.
    pub(crate) fn new(engine: Engine) -> Self {
        Self {
            engine,
            in_transaction: false,
            lock_timeout: false,
            foreign_keys: true,
            wrote: false,
            spoke_of_timeout: false,
            created: HashSet::new(),
            new_columns: HashSet::new(),
            locked: HashSet::new(),
            new_types: HashSet::new(),
            new_values: Vec::new(),
            not_null: Vec::new(),
        }
    }

    /// Whether it is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.engine == Engine::Postgres
    }

    /// Whether it is MySQL or MariaDB.
    pub(crate) fn is_mysql(&self) -> bool {
        matches!(self.engine, Engine::MySql | Engine::MariaDb)
    }

    /// Whether it is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.engine == Engine::Sqlite
    }

    /// Whether a table was there before the script, so that others use it.
    pub(crate) fn is_used(&self, table: &QualifiedName) -> bool {
        !self.created.contains(table)
    }

    /// Whether the script has added a column, so that it holds nothing yet.
    pub(crate) fn is_new_column(&self, table: &QualifiedName, column: &str) -> bool {
        self.new_columns.contains(&(table.clone(), column.to_lowercase()))
    }

    /// Whether a validated constraint says that a column is not NULL.
    pub(crate) fn is_known_not_null(&self, table: &QualifiedName, column: &str) -> bool {
        self.not_null.iter().any(|(t, c, _, validated)| t == table && c == column && *validated)
    }

    /// Whether a constraint was added by this script, to help refuse NULL.
    pub(crate) fn is_helper(&self, table: &QualifiedName, constraint: &str) -> bool {
        self.not_null.iter().any(|(t, _, name, _)| t == table && name == constraint)
    }

    /// Whether the open transaction has changed a table, and so locked it.
    pub(crate) fn has_locked(&self, table: &QualifiedName) -> bool {
        self.locked.contains(table)
    }

    /// Whether a fact waits for an exclusive lock on a table that others use.
    pub(crate) fn waits_for_lock(&self, fact: &Fact) -> bool {
        let patient = match fact {
            // These wait for others by their nature, and must not give up.
            Fact::CreateIndex { concurrently, .. } | Fact::Detach { concurrently, .. } => *concurrently,
            Fact::Write { .. } | Fact::ValidateConstraint { .. } | Fact::Clauses { .. } => true,
            _other => false,
        };
        !patient && fact.table().is_some_and(|table| self.is_used(table))
    }

    /// The value that the open transaction has added to an enum and a text uses.
    pub(crate) fn uses_new_value(&self, text: &str) -> Option<&str> {
        self.new_values.iter().map(String::as_str).find(|value| text.contains(*value))
    }

    /// Passes a fact.
    pub(crate) fn pass(&mut self, fact: &Fact) {
        if self.waits_for_lock(fact) {
            self.spoke_of_timeout |= !self.lock_timeout;
            self.locked.extend(fact.table().filter(|_| self.in_transaction).cloned());
        }
        match fact {
            Fact::CreateTable { table, .. } => {
                self.created.insert(table.clone());
            }
            Fact::AddColumn { table, column } => {
                self.new_columns.insert((table.clone(), column.name.to_lowercase()));
            }
            Fact::Create { kind: Kind::Type, name } => {
                self.new_types.insert(name.clone());
            }
            Fact::Rename { kind: Kind::Table, name, to } if self.created.contains(name) => {
                self.created.insert(name.sibling(to.as_str()));
            }
            Fact::Begin { .. } => (self.in_transaction, self.wrote) = (true, false),
            Fact::End => {
                (self.in_transaction, self.wrote) = (false, false);
                self.locked.clear();
                self.new_types.clear();
                self.new_values.clear();
            }
            Fact::Set(Told::LockTimeout(limited)) => self.lock_timeout = *limited,
            // SQLite does not listen inside of a transaction.
            Fact::Set(Told::ForeignKeys(on)) if !(self.is_sqlite() && self.in_transaction) => {
                self.foreign_keys = *on;
            }
            Fact::Write { table, .. } if self.is_used(table) => self.wrote = true,
            Fact::AddEnumValue { ty, value } if self.in_transaction && !self.new_types.contains(ty) => {
                self.new_values.push(value.to_uppercase());
            }
            Fact::AddConstraint { table, constraint } => {
                if let (Some(column), Some(name)) = (&constraint.not_null, &constraint.name)
                    && matches!(constraint.kind, ConstraintKind::Check | ConstraintKind::NotNull)
                {
                    self.not_null.push((table.clone(), column.clone(), name.clone(), !constraint.not_valid));
                }
            }
            Fact::ValidateConstraint { table, name } => {
                let known = self.not_null.iter_mut().filter(|(t, _, n, _)| t == table && n == name);
                known.for_each(|(_, _, _, validated)| *validated = true);
            }
            Fact::DropConstraint { table, name } => {
                self.not_null.retain(|(t, _, n, _)| t != table || n != name);
            }
            _other => {}
        }
    }
}
