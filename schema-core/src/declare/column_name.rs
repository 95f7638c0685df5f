//! Names of declared tables and columns, for queries.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::{Name, QualifiedName};

/// The name of a declared table.
///
/// ```
/// use schema_core::QualifiedName;
/// use schema_core::declare::TableName;
/// const USERS: TableName = TableName::new("users");
/// const INVOICES: TableName = TableName::within("billing", "invoices");
/// assert_eq!(format!("SELECT * FROM {INVOICES}"), "SELECT * FROM billing.invoices");
/// assert_eq!(QualifiedName::from(USERS), "users".into());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableName {
    /// The schema it lives in, if not the default one.
    pub schema: Option<&'static str>,
    /// Its own name.
    pub name: &'static str,
}

impl TableName {
    /// A name in the default schema.
    pub const fn new(name: &'static str) -> Self {
        Self { schema: None, name }
    }

    /// A name in `schema`.
    pub const fn within(schema: &'static str, name: &'static str) -> Self {
        Self { schema: Some(schema), name }
    }
}

impl From<TableName> for QualifiedName {
    fn from(table: TableName) -> Self {
        Self { schema: table.schema.map(Name::from), name: table.name.into() }
    }
}

impl From<TableName> for sea_query::TableName {
    fn from(table: TableName) -> Self {
        match table.schema {
            Some(schema) => (schema, table.name).into(),
            None => table.name.into(),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(self.name)
    }
}

/// The name of a declared column, which knows its table and its Rust type. `#[derive(Table)]` makes one for each
/// field: `User::EMAIL`. It stands wherever `sea_query` takes a name.
///
/// ```
/// use schema_core::declare::TypedColumn;
/// struct User;
/// impl User {
///     const EMAIL: TypedColumn<Self, String> = TypedColumn::new("email");
/// }
/// assert_eq!(User::EMAIL.name(), "email");
/// assert_eq!(format!("SELECT {} FROM users", User::EMAIL), "SELECT email FROM users");
/// ```
pub struct TypedColumn<T, V> {
    name: &'static str,
    owner: PhantomData<fn() -> (T, V)>,
}

impl<T, V> TypedColumn<T, V> {
    /// The column `name` of the table that `T` declares, of Rust type `V`.
    pub const fn new(name: &'static str) -> Self {
        Self { name, owner: PhantomData }
    }

    /// The column's name in the database.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl<T, V> Clone for TypedColumn<T, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, V> Copy for TypedColumn<T, V> {}

impl<T, V> fmt::Debug for TypedColumn<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedColumn").field(&self.name).finish()
    }
}

impl<T, V> fmt::Display for TypedColumn<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<T, V> From<TypedColumn<T, V>> for Name {
    fn from(column: TypedColumn<T, V>) -> Self {
        column.name.into()
    }
}

impl<T, V> sea_query::Iden for TypedColumn<T, V> {
    fn quoted(&self) -> Cow<'static, str> {
        self.name.quoted()
    }

    fn unquoted(&self) -> &str {
        self.name
    }
}
