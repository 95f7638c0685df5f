//! Tables declared as Rust types.
//!
//! `#[derive(Table)]` writes these impls; a type of one's own becomes a column with two lines:
//!
//! ```
//! use schema_core::Type;
//! use schema_core::declare::ColumnType;
//!
//! struct Money(i64);
//! impl ColumnType for Money {
//!     fn column_type() -> Type { Type::Decimal { precision: 19, scale: 4 } }
//! }
//! ```

/// Maps Rust types to schema types; each can also be the element of an array.
macro_rules! column_types {
    ($($rust:ty => $sql:expr),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl $crate::declare::ColumnType for $rust {
            fn column_type() -> $crate::Type {
                $sql
            }
        }
        #[diagnostic::do_not_recommend]
        impl $crate::declare::ArrayElement for $rust {}
    )*};
}

#[cfg(feature = "inventory")]
mod collect;
mod column_name;
mod declaration;
mod integrations;
mod reference;
mod std_types;
mod support;

#[cfg(feature = "inventory")]
pub use collect::{Collected, collect};
pub use column_name::{TableName, TypedColumn};
pub use declaration::{Declaration, NotOption, Nullability};
pub use reference::{References, referenced, referenced_table};
pub use support::{attribute, define, keyable_text, one_of_numbers, one_of_texts, unchanged};

use crate::{Check, Database, NativeTypes, Type, model};

#[cfg(feature = "inventory")]
#[doc(hidden)]
pub use inventory;

/// Makes a table known to [`collect`].
#[cfg(feature = "inventory")]
#[doc(hidden)]
#[macro_export]
macro_rules! __found {
    ($table:ty) => {
        $crate::declare::inventory::submit! {
            $crate::declare::Collected {
                module: ::core::module_path!(),
                add: <$table as $crate::declare::Table>::add_to,
            }
        }
    };
}

/// Tables are listed, and not found.
#[cfg(not(feature = "inventory"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __found {
    ($table:ty) => {};
}

/// A Rust type that declares a table. Written by `#[derive(Table)]`.
///
/// ```
/// use schema_core::Database;
/// use schema_core::declare::{Columns, Declaration, Table, TableName};
///
/// struct User;
/// impl Columns for User {
///     fn declare(table: &mut Declaration) {
///         table.column::<String>("email", |column| column);
///     }
/// }
/// impl Table for User {
///     const TABLE: TableName = TableName::new("users");
/// }
///
/// assert_eq!(User::table().name, "users".into());
/// let mut schema = Database::new();
/// User::add_to(&mut schema);
/// assert_eq!(schema.len(), 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare a table",
    label = "not a table",
    note = "add `#[derive(Table)]` to the struct"
)]
pub trait Table: Columns {
    /// The table's name, and its schema where it has one of its own.
    const TABLE: TableName;

    /// The declared table.
    fn table() -> model::Table {
        Declaration::of::<Self>().into_parts().0
    }

    /// Adds the table, and the types that its columns need, to a schema.
    ///
    /// A type that several tables share is added once. What is declared twice and differently, or a table that
    /// is listed twice, is reported when the schema is used.
    fn add_to(database: &mut Database) {
        let (table, types) = Declaration::of::<Self>().into_parts();
        for object in types.into_objects() {
            if database.get(&object.id()) != Some(&object) {
                database.insert(object);
            }
        }
        database.insert(table);
    }
}

/// Columns that are declared together: those of a table, or of a struct that tables embed with
/// `#[column(flatten)]`. Written by `#[derive(Table)]` and `#[derive(Columns)]`.
///
/// ```
/// use schema_core::declare::{Columns, Declaration};
///
/// /// To be embedded with `#[column(flatten)]`.
/// struct Position;
/// impl Columns for Position {
///     fn declare(table: &mut Declaration) {
///         table.column::<f64>("latitude", |column| column);
///         table.column::<f64>("longitude", |column| column);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare columns",
    label = "cannot be flattened into a table",
    note = "add `#[derive(Columns)]` to the struct"
)]
pub trait Columns {
    /// Adds the columns, with their keys and constraints.
    fn declare(declaration: &mut Declaration);
}

/// An embedded struct behind an `Option`: all its columns are nullable.
impl<C: Columns> Columns for Option<C> {
    fn declare(declaration: &mut Declaration) {
        declaration.optional(C::declare);
    }
}

/// A Rust type that a column can have.
///
/// Types of std have it, those of other crates with the features `chrono`, `time`, `jiff`, `uuid`, `json`,
/// `rust_decimal`, `bigdecimal`, `ipnetwork` and `mac_address`, enums with `#[derive(SqlEnum)]`, newtypes with
/// `#[derive(SqlType)]`.
///
/// ```
/// use schema_core::declare::ColumnType;
/// use schema_core::{Check, Database, Domain, NativeTypes, Type};
///
/// /// PostgreSQL has a domain for it; the others check it in each column.
/// struct Percent;
/// impl ColumnType for Percent {
///     fn column_type() -> Type {
///         Type::SmallInt
///     }
///     fn native_types() -> NativeTypes {
///         NativeTypes { postgres: Some("percent".into()), ..NativeTypes::default() }
///     }
///     fn check(column: &str) -> Option<Check> {
///         Some(Check::new(format!("{column} BETWEEN 0 AND 100")))
///     }
///     fn define(types: &mut Database) {
///         types.insert(Domain::new("percent", Type::SmallInt));
///     }
/// }
/// assert!(<Option<Percent>>::NULLABLE);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no SQL column type",
    label = "cannot be a column as it stands",
    note = "say the type on the field, `#[column(type = \"…\")]`, or leave the field out, `#[column(skip)]`",
    note = "or give the type itself one: `#[derive(SqlEnum)]` for an enum, `#[derive(SqlType)]` for a newtype, `impl ColumnType` for others",
    note = "types of chrono, time, jiff, uuid, serde_json (`json`), rust_decimal, bigdecimal, ipnetwork and mac_address need groundplan's feature of that name"
)]
pub trait ColumnType {
    /// Whether a column of this type may hold NULL. `Option` is the type that says yes.
    const NULLABLE: bool = false;

    /// The type in the schema.
    fn column_type() -> Type;

    /// The type in single engines, where the portable one is not what is wanted there.
    fn native_types() -> NativeTypes {
        NativeTypes::default()
    }

    /// A condition that every column of this type meets.
    fn check(column: &str) -> Option<Check> {
        let _ = column;
        None
    }

    /// Adds the objects that the type needs: the enum or domain itself.
    fn define(types: &mut Database) {
        let _ = types;
    }
}

/// A type whose lists, `Vec<T>` and `[T; N]`, are array columns. `u8` is none: `Vec<u8>` is bytes.
///
/// ```
/// use schema_core::Type;
/// use schema_core::declare::{ArrayElement, ColumnType};
///
/// struct Tag(String);
/// impl ColumnType for Tag {
///     fn column_type() -> Type {
///         Type::Varchar(40)
///     }
/// }
/// impl ArrayElement for Tag {}
/// assert_eq!(<Vec<Tag>>::column_type(), Type::Array(Box::new(Type::Varchar(40))));
/// ```
#[diagnostic::on_unimplemented(
    message = "a list of `{Self}` has no SQL column type",
    label = "cannot be an array column as it stands",
    note = "say the type on the field, `#[column(type = \"…\")]`, or `impl ArrayElement for {Self} {{}}` where `{Self}` is a `ColumnType`"
)]
pub trait ArrayElement: ColumnType {}

/// An enum whose values are known to the schema. Written by `#[derive(SqlEnum)]`.
///
/// ```
/// use schema_core::Type;
/// use schema_core::declare::{ColumnType, SqlEnum};
///
/// #[derive(Debug, PartialEq)]
/// enum State { New, Paid }
/// impl ColumnType for State {
///     fn column_type() -> Type {
///         Type::Varchar(8)
///     }
/// }
/// impl SqlEnum for State {
///     const VARIANTS: &'static [Self] = &[Self::New, Self::Paid];
///     const VALUES: &'static [&'static str] = &["new", "paid"];
/// }
///
/// let read = State::VALUES.iter().position(|value| *value == "paid").map(|at| &State::VARIANTS[at]);
/// assert_eq!(read, Some(&State::Paid));
/// ```
pub trait SqlEnum: ColumnType + Sized + 'static {
    /// The variants in declaration order.
    const VARIANTS: &'static [Self];

    /// Their values, as the database spells them.
    const VALUES: &'static [&'static str];
}
