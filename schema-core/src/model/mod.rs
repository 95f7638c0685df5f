//! The schema graph: one closed model for every engine, with typed options for what only one has.
//!
//! A value of this model is either *declared* (by a struct, the DSL or a file) or *observed* (read from an
//! engine). Only observed values, wrapped in [`Canonical`](crate::Canonical), are compared: the engine decides
//! how it spells a type, a default or a check.

mod column;
mod constraint;
mod database;
mod id;
mod index;
mod key;
mod mysql;
mod native;
mod nul;
mod parts;
mod postgres;
mod privilege;
mod role;
mod routine;
mod schema;
mod sequence;
mod sql;
mod sql_object;
mod sqlite;
mod table;
mod trigger;
mod ty;
mod types;
mod view;

pub use column::{Column, DefaultValue, Generated, GeneratedKind, Identity};
pub use constraint::{
    Check, Deferrability, Exclusion, ExclusionElement, ForeignKey, ForeignKeyAction, MatchKind, PrimaryKey,
    Unique,
};
pub use database::{Database, Object};
pub(crate) use id::TablePart;
pub use id::{ObjectId, ObjectKind};
pub use index::{Index, IndexMethod};
pub use key::{KeyExpression, KeyPart, NullsOrder, SortOrder};
pub use mysql::{
    FirstNumber, MySqlColumn, MySqlIndex, MySqlMadeIn, MySqlProgram, MySqlSchema, MySqlTable, MySqlView,
};
pub use native::NativeTypes;
pub use parts::{Part, Parts};
pub use postgres::{PostgresColumn, PostgresIndex, PostgresNotNull, PostgresTable, PostgresView};
pub use privilege::{DefaultPrivileges, Grant, NewObjects, Privileges};
pub use role::{Membership, PostgresRole, Role};
pub use routine::{Routine, RoutineKind};
pub use schema::{Extension, Schema};
pub use sequence::{Sequence, SequenceOptions};
pub use sql::{Sql, Value};
pub use sql_object::{SqlObject, SqlObjectKind};
pub use sqlite::{ConflictClause, Spelling, SqliteColumn, SqliteTable};
pub use table::{Table, TableOptions};
pub use trigger::{Policy, PolicyCommand, Trigger, TriggerState};
pub use ty::Type;
pub use types::{CompositeAttribute, CompositeType, Domain, EnumType, RangeType};
pub use view::{CheckOption, MaterializedView, View};

/// Whether a field holds its default, so that serialized schemas show only what was said.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// For fields whose usual value is `true`.
pub(crate) fn yes() -> bool {
    true
}

/// The counterpart of [`yes`] for serialization.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
pub(crate) fn is_yes(value: &bool) -> bool {
    *value
}
