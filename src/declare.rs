//! Declaring a schema in Rust: derives, the fluent DSL, and `schema!`.

/// The fluent DSL: the model itself, built by hand. `dsl::Table` is the table that `#[derive(Table)]` makes.
pub mod dsl {
    pub use schema_core::{
        Check, CheckOption, Column, CompositeAttribute, CompositeType, ConflictClause, Database,
        DefaultValue, Deferrability, Domain, Engine, EnumType, Exclusion, ExclusionElement, Extension,
        ForeignKey, ForeignKeyAction, Generated, GeneratedKind, Grant, Identity, Index, IndexMethod,
        KeyExpression, KeyPart, MatchKind, MaterializedView, MySqlMadeIn, MySqlProgram, MySqlSchema,
        MySqlView, Name, NativeTypes, NullsOrder, Object, ObjectId, ObjectKind, Policy, PolicyCommand,
        PostgresIndex, PostgresNotNull, PostgresView, PrimaryKey, Privileges, QualifiedName, RangeType,
        Routine, RoutineKind, Schema, Sequence, SequenceOptions, SortOrder, Sql, SqlObject, SqlObjectKind,
        Table, Trigger, TriggerState, Type, Unique, Value, View,
    };
}

#[cfg(feature = "inventory")]
pub use schema_core::declare::collect;
pub use schema_core::declare::{
    ArrayElement, ColumnType, Columns, Declaration, References, SqlEnum, Table, TableName, TypedColumn,
};
pub use schema_macros::{Columns, SqlEnum, SqlType, Table};

/// What derived code names. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use schema_core::__found as found;
    pub use schema_core::declare::*;
    pub use schema_core::{
        Check, CompositeAttribute, CompositeType, ConflictClause, Database, Deferrability, Domain, Engine,
        EnumType, Exclusion, ForeignKey, ForeignKeyAction, Index, IndexMethod, KeyPart, MatchKind,
        NativeTypes, PostgresNotNull, PrimaryKey, QualifiedName, Sql, Type, Unique, Value,
    };
}

/// Collects declared tables, with the types that their columns need, into one schema.
///
/// ```
/// use groundplan::{Table, schema};
///
/// #[derive(Table)]
/// struct Org {
///     #[column(primary_key, identity)]
///     id: i64,
/// }
///
/// #[derive(Table)]
/// struct User {
///     #[column(primary_key, identity)]
///     id: i64,
///     #[column(references(Org::id))]
///     org: i64,
/// }
///
/// assert_eq!(schema![Org, User].tables().count(), 2);
/// ```
///
/// Views, triggers and whatever else the DSL declares are added to it: `schema![User].with(View::new(…))`. A table
/// that is listed twice, or an enum type that two Rust types declare differently, is an error when the schema is
/// used.
#[macro_export]
macro_rules! schema {
    ($($table:ty),* $(,)?) => {{
        #[allow(unused_mut, reason = "a schema without tables")]
        let mut schema = $crate::dsl::Database::new();
        $(<$table as $crate::Table>::add_to(&mut schema);)*
        schema
    }};
}
