//! What statements of hand-written SQL do, as far as it matters to the rules.

use std::fmt;

use crate::{ObjectId, ObjectKind, QualifiedName};

/// One thing that a statement does.
///
/// ```
/// use schema_core::lint::Fact;
/// let fact = Fact::DropColumn { table: "users".into(), column: "email".to_owned() };
/// assert_eq!(fact.table(), Some(&"users".into()));
/// assert_eq!(fact.object().unwrap().to_string(), "column users.email");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A table is made.
    CreateTable {
        /// Its name.
        table: QualifiedName,
        /// The tables that it refers to.
        references: Vec<QualifiedName>,
        /// The table of which it is a partition.
        partition_of: Option<QualifiedName>,
        /// Whether its rows do not survive a crash.
        unlogged: bool,
    },
    /// A column is added.
    AddColumn {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: NewColumn,
    },
    /// A column is dropped.
    DropColumn {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
    /// A column gets another type.
    ChangeType {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
        /// The new type, as it is written.
        ty: String,
        /// `USING`: how the values are converted, as it is written.
        using: Option<String>,
    },
    /// MySQL: a column is defined anew by `MODIFY` or `CHANGE`.
    Redefine {
        /// The table.
        table: QualifiedName,
        /// The column, under its new name.
        column: NewColumn,
        /// Its old name, where it has another.
        renamed_from: Option<String>,
        /// Its type, as it is written.
        ty: String,
        /// Whether the server is told to refuse what would copy the rows: `ALGORITHM=INSTANT` or the like.
        in_place: bool,
    },
    /// A column refuses NULL.
    SetNotNull {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
    /// A column takes NULL.
    DropNotNull {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: String,
    },
    /// A constraint is added.
    AddConstraint {
        /// The table.
        table: QualifiedName,
        /// The constraint.
        constraint: NewConstraint,
    },
    /// A constraint is validated.
    ValidateConstraint {
        /// The table.
        table: QualifiedName,
        /// Its name.
        name: String,
    },
    /// A constraint is dropped.
    DropConstraint {
        /// The table.
        table: QualifiedName,
        /// Its name, or what it is.
        name: String,
    },
    /// An index is built.
    CreateIndex {
        /// The table.
        table: QualifiedName,
        /// Its name, if it is given one.
        name: Option<String>,
        /// Whether it refuses equal keys.
        unique: bool,
        /// `CONCURRENTLY`.
        concurrently: bool,
        /// MySQL: a full-text or spatial index.
        special: bool,
    },
    /// An index is dropped.
    DropIndex {
        /// Its name.
        index: QualifiedName,
        /// `CONCURRENTLY`.
        concurrently: bool,
    },
    /// An object is dropped.
    Drop {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: QualifiedName,
        /// `CASCADE`.
        cascade: bool,
    },
    /// Something gets another name.
    Rename {
        /// What it is.
        kind: Kind,
        /// Its old name.
        name: QualifiedName,
        /// The new one.
        to: String,
    },
    /// A table is emptied.
    Truncate {
        /// The table.
        table: QualifiedName,
    },
    /// A value is added to an enum.
    AddEnumValue {
        /// The enum.
        ty: QualifiedName,
        /// The value.
        value: String,
    },
    /// A constraint is added to a domain, or it refuses NULL.
    ConstrainDomain {
        /// The domain.
        domain: QualifiedName,
        /// `NOT VALID`.
        not_valid: bool,
    },
    /// A table is written anew by a command of its own: `VACUUM FULL`, `CLUSTER`, another engine or table space.
    Rewrite {
        /// The table, or nothing where it is every one.
        table: Option<QualifiedName>,
        /// The command.
        by: String,
    },
    /// The rows of a table no longer survive a crash.
    SetUnlogged {
        /// The table.
        table: QualifiedName,
    },
    /// A materialized view is filled anew.
    Refresh {
        /// The view.
        view: QualifiedName,
        /// `CONCURRENTLY`.
        concurrently: bool,
    },
    /// A table is locked by hand.
    LockTable {
        /// The table.
        table: QualifiedName,
    },
    /// A table becomes a partition.
    Attach {
        /// The partitioned table.
        table: QualifiedName,
        /// The partition.
        partition: QualifiedName,
    },
    /// A partition becomes a table of its own.
    Detach {
        /// The partitioned table.
        table: QualifiedName,
        /// The partition.
        partition: QualifiedName,
        /// `CONCURRENTLY`.
        concurrently: bool,
    },
    /// MySQL: partitions are dropped or emptied with their rows.
    DropPartition {
        /// The table.
        table: QualifiedName,
    },
    /// Who may see or do what changes.
    Privileges {
        /// The table, where it is one.
        table: Option<QualifiedName>,
        /// The command.
        by: String,
    },
    /// A role gets attributes that pass the grants.
    RolePowers {
        /// The attributes.
        powers: Vec<&'static str>,
    },
    /// A trigger or rule is made, or dropped, on a table.
    Trigger {
        /// The table.
        table: QualifiedName,
    },
    /// Another change of a table that takes an instant and an exclusive lock.
    Instant {
        /// The table.
        table: QualifiedName,
        /// The command.
        by: String,
    },
    /// MySQL: the end of an `ALTER TABLE`, and what it leaves to the server.
    Clauses {
        /// The table.
        table: QualifiedName,
        /// Whether `ALGORITHM` is given.
        algorithm: bool,
        /// Whether `LOCK` is given.
        lock: bool,
        /// Whether both can be left out: what is done is always instant.
        instant: bool,
    },
    /// An object is made that nobody uses yet.
    Create {
        /// What it is.
        kind: Kind,
        /// Its name.
        name: QualifiedName,
    },
    /// A transaction begins.
    Begin {
        /// SQLite: it takes the lock of the writer at once.
        immediate: bool,
    },
    /// A transaction ends.
    End,
    /// The session is told something.
    Set(Told),
    /// Rows are written.
    Write {
        /// The table.
        table: QualifiedName,
        /// How.
        by: Writing,
        /// The text of the statement, in upper case and without comments.
        text: String,
    },
    /// Code runs that is not read: a function or procedure of the database, a prepared statement, a block of code. What a
    /// block says in plain words is told besides.
    Runs {
        /// What is called.
        what: String,
    },
    /// A program or library runs on the server, or inside of it.
    Program {
        /// The command.
        by: String,
    },
    /// A file is read or written.
    File {
        /// The command.
        by: String,
    },
    /// Nothing that could harm: a query, a comment.
    Harmless,
    /// The statement is not understood.
    NotUnderstood {
        /// Its first words.
        what: String,
    },
}

/// What kind of object is made, dropped or renamed.
///
/// ```
/// use schema_core::lint::{Fact, Kind};
/// let fact = Fact::Drop { kind: Kind::MaterializedView, name: "totals".into(), cascade: true };
/// assert!(matches!(fact, Fact::Drop { kind, .. } if kind.to_string() == "materialized view"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A table.
    Table,
    /// A column.
    Column,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A schema, or in MySQL a database.
    Schema,
    /// A type, enum or domain.
    Type,
    /// A value of an enum.
    EnumValue,
    /// A sequence.
    Sequence,
    /// A function or procedure.
    Routine,
    /// A trigger or rule.
    Trigger,
    /// An index or constraint: nothing but schema changes names it.
    Index,
    /// An extension.
    Extension,
    /// Something else.
    Other,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Table => "table",
            Self::Column => "column",
            Self::View => "view",
            Self::MaterializedView => "materialized view",
            Self::Schema => "schema",
            Self::Type => "type",
            Self::EnumValue => "enum value",
            Self::Sequence => "sequence",
            Self::Routine => "routine",
            Self::Trigger => "trigger",
            Self::Index => "index",
            Self::Extension => "extension",
            Self::Other => "object",
        })
    }
}

/// A column as hand-written SQL defines it.
///
/// ```
/// use schema_core::lint::{NewColumn, NewDefault, Nulls};
/// // ALTER TABLE users ADD age int NOT NULL
/// let age = NewColumn { name: "age".to_owned(), nulls: Nulls::Refused, ..NewColumn::default() };
/// assert!(age.demands_value());
/// assert!(!NewColumn { default: Some(NewDefault::Constant), ..age }.demands_value());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewColumn {
    /// Its name.
    pub name: String,
    /// What it says of NULL.
    pub nulls: Nulls,
    /// Its default.
    pub default: Option<NewDefault>,
    /// Where its values come from, if not from who writes the row.
    pub fill: Option<Fill>,
    /// Whether it has a comment.
    pub comment: bool,
    /// Whether equal values are refused.
    pub unique: bool,
    /// Whether it has a check.
    pub check: bool,
    /// The table that it refers to.
    pub references: Option<QualifiedName>,
}

impl NewColumn {
    /// Whether every row must be given a value for it.
    pub fn demands_value(&self) -> bool {
        self.nulls == Nulls::Refused && self.default.is_none() && self.fill.is_none()
    }
}

/// What the definition of a column says of NULL.
///
/// ```
/// use schema_core::lint::{NewColumn, Nulls};
/// assert_eq!(NewColumn::default().nulls, Nulls::Unsaid);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nulls {
    /// Nothing.
    #[default]
    Unsaid,
    /// `NULL`.
    Allowed,
    /// `NOT NULL`, by itself or as a primary key.
    Refused,
}

/// Where the values of a column come from.
///
/// ```
/// use schema_core::lint::{Fill, NewColumn, Nulls};
/// let id = NewColumn { nulls: Nulls::Refused, fill: Some(Fill::Numbered), ..NewColumn::default() };
/// assert!(!id.demands_value(), "the engine gives it one");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// They are numbered: serial, identity, `AUTO_INCREMENT`.
    Numbered,
    /// They are computed and stored.
    Stored,
    /// They are computed when they are read.
    Computed,
}

/// A default, by what it asks of the rows that are there.
///
/// ```
/// use schema_core::lint::{Fact, NewDefault};
///
/// /// PostgreSQL writes the whole table for it.
/// fn fills_row_by_row(fact: &Fact) -> bool {
///     matches!(fact, Fact::AddColumn { column, .. } if column.default == Some(NewDefault::Volatile))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewDefault {
    /// The same value for all of them.
    Constant,
    /// Another value for each.
    Volatile,
}

/// A constraint as hand-written SQL defines it.
///
/// ```
/// use schema_core::lint::{ConstraintKind, Fact};
///
/// /// Keys are added in two steps here: NOT VALID, and VALIDATE.
/// fn in_one_step(fact: &Fact) -> bool {
///     matches!(fact, Fact::AddConstraint { constraint, .. }
///         if matches!(constraint.kind, ConstraintKind::ForeignKey { .. }) && !constraint.not_valid)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConstraint {
    /// Its name, if it is given one.
    pub name: Option<String>,
    /// What it says.
    pub kind: ConstraintKind,
    /// `NOT VALID`.
    pub not_valid: bool,
    /// The column that a check or constraint says is not NULL.
    pub not_null: Option<String>,
}

/// What a constraint says.
///
/// ```
/// use schema_core::lint::{ConstraintKind, Fact};
///
/// fn refers_to_logs(fact: &Fact) -> bool {
///     let Fact::AddConstraint { constraint, .. } = fact else { return false };
///     matches!(&constraint.kind, ConstraintKind::ForeignKey { references } if references.name == "logs")
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// A condition.
    Check,
    /// A column is not NULL.
    NotNull,
    /// Keys are unique.
    Unique {
        /// `USING INDEX`: the index is there.
        using_index: bool,
    },
    /// Keys are unique and not NULL.
    PrimaryKey {
        /// `USING INDEX`: the index is there.
        using_index: bool,
    },
    /// Rows exist in another table.
    ForeignKey {
        /// The other table.
        references: QualifiedName,
    },
    /// Rows do not overlap.
    Exclude,
}

/// How rows are written.
///
/// ```
/// use schema_core::lint::{Fact, Writing};
///
/// fn empties(fact: &Fact) -> bool {
///     matches!(fact, Fact::Write { by: Writing::Delete { every: true }, .. })
/// }
/// let by = Writing::Delete { every: true };
/// assert!(empties(&Fact::Write { table: "users".into(), by, text: "DELETE FROM USERS".to_owned() }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writing {
    /// They are added.
    Insert,
    /// They are added, and those that have the same keys deleted for them.
    Replace,
    /// They get other values.
    Update {
        /// The columns.
        columns: Vec<String>,
        /// Whether no condition says which.
        every: bool,
    },
    /// They are deleted.
    Delete {
        /// Whether no condition says which.
        every: bool,
    },
    /// MariaDB: what they were before is deleted.
    DeleteHistory,
    /// They are merged with others.
    Merge {
        /// Whether some of them are deleted.
        deletes: bool,
    },
}

/// What a session is told.
///
/// ```
/// use schema_core::lint::{Fact, Told};
///
/// fn switches_checks_off(fact: &Fact) -> bool {
///     matches!(fact, Fact::Set(Told::ForeignKeys(false)))
/// }
/// assert!(switches_checks_off(&Fact::Set(Told::ForeignKeys(false))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// How long a statement waits for a lock: whether there is a limit.
    LockTimeout(bool),
    /// The checks of foreign keys.
    ForeignKeys(bool),
    /// SQLite: checks are passed over.
    IgnoreChecks,
    /// SQLite: the schema can be written like a table.
    WritableSchema,
    /// SQLite: what is written is not made to survive a crash.
    Unsynced,
    /// MySQL: the mode, and whether it is strict.
    SqlMode(bool),
    /// Something else.
    Other,
}

impl Fact {
    /// The table that it changes, where that is one which others may use.
    pub fn table(&self) -> Option<&QualifiedName> {
        match self {
            Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::ChangeType { table, .. }
            | Self::Redefine { table, .. }
            | Self::SetNotNull { table, .. }
            | Self::DropNotNull { table, .. }
            | Self::AddConstraint { table, .. }
            | Self::ValidateConstraint { table, .. }
            | Self::DropConstraint { table, .. }
            | Self::CreateIndex { table, .. }
            | Self::Truncate { table }
            | Self::SetUnlogged { table }
            | Self::LockTable { table }
            | Self::Attach { table, .. }
            | Self::Detach { table, .. }
            | Self::DropPartition { table }
            | Self::Trigger { table }
            | Self::Instant { table, .. }
            | Self::Clauses { table, .. }
            | Self::Write { table, .. } => Some(table),
            Self::Rewrite { table, .. } | Self::Privileges { table, .. } => table.as_ref(),
            Self::Drop { kind: Kind::Table, name, .. } | Self::Rename { kind: Kind::Table, name, .. } => {
                Some(name)
            }
            Self::CreateTable { .. }
            | Self::DropIndex { .. }
            | Self::Drop { .. }
            | Self::Rename { .. }
            | Self::AddEnumValue { .. }
            | Self::ConstrainDomain { .. }
            | Self::Refresh { .. }
            | Self::Create { .. }
            | Self::RolePowers { .. }
            | Self::Begin { .. }
            | Self::End
            | Self::Set(_)
            | Self::Runs { .. }
            | Self::Program { .. }
            | Self::File { .. }
            | Self::Harmless
            | Self::NotUnderstood { .. } => None,
        }
    }

    /// What it is about, as waivers name it.
    pub fn object(&self) -> Option<ObjectId> {
        let column = |table: &QualifiedName, column: &str| ObjectId::on(ObjectKind::Column, table, column);
        Some(match self {
            Self::AddColumn { table, column: new } | Self::Redefine { table, column: new, .. } => {
                column(table, &new.name)
            }
            Self::DropColumn { table, column: name }
            | Self::ChangeType { table, column: name, .. }
            | Self::SetNotNull { table, column: name }
            | Self::DropNotNull { table, column: name } => column(table, name),
            Self::CreateTable { table, .. } => ObjectId::table(table),
            Self::Drop { name, .. }
            | Self::Rename { name, .. }
            | Self::DropIndex { index: name, .. }
            | Self::AddEnumValue { ty: name, .. }
            | Self::ConstrainDomain { domain: name, .. }
            | Self::Refresh { view: name, .. } => ObjectId::table(name),
            other => ObjectId::table(other.table()?),
        })
    }
}
