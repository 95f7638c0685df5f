//! What a declared struct is collected into.

use std::marker::PhantomData;

use super::{ColumnType, Columns, Table};
use crate::{
    Check, Column, Database, Exclusion, ForeignKey, Index, KeyExpression, KeyPart, Name, PrimaryKey, Type,
    Unique, model,
};

/// A table in the making, with the types that its columns need.
///
/// The names that are given to it are those within the struct at hand; where that struct is embedded with a
/// prefix, the prefix is put before each.
///
/// ```
/// use schema_core::declare::{Columns, Declaration, Table, TableName};
/// use schema_core::{Check, Exclusion, ForeignKey, Index, IndexMethod, PrimaryKey, Type, Unique};
///
/// /// What every table has, with or without a prefix.
/// struct Stamps;
/// impl Columns for Stamps {
///     fn declare(table: &mut Declaration) {
///         table.column::<i64>("created_at", |column| column);
///         table.optional(|table| table.column::<i64>("deleted_at", |column| column));
///     }
/// }
///
/// struct Booking;
/// impl Columns for Booking {
///     fn declare(table: &mut Declaration) {
///         table.column::<i64>("id", |column| column.identity());
///         table.column::<i64>("room", |column| column);
///         table.typed_column("during", Type::native("tstzrange"), false, |column| column);
///         table.flatten::<Stamps>("row_");
///         table.primary_key(PrimaryKey::new(["id"]));
///         table.unique(Unique::new(["room", "during"]));
///         table.check(Check::new("NOT isempty(during)"));
///         table.foreign_key(ForeignKey::new(["room"], "rooms", ["id"]));
///         table.exclusion(Exclusion::new(IndexMethod::Gist, [("during".into(), "&&")]));
///         table.index(Index::on(["row_created_at"]));
///         table.table(|table| table.comment("who is where"));
///     }
/// }
/// impl Table for Booking {
///     const TABLE: TableName = TableName::new("bookings");
/// }
///
/// let (bookings, types) = Declaration::of::<Booking>().into_parts();
/// assert_eq!(bookings, Booking::table());
/// assert!(bookings.columns.get(&"row_deleted_at".into()).unwrap().nullable);
/// assert!(types.is_empty());
/// ```
#[derive(Debug)]
pub struct Declaration {
    table: model::Table,
    types: Database,
    prefix: String,
    optional: bool,
}

impl Declaration {
    /// Everything that a struct declares.
    pub fn of<T: Table + ?Sized>() -> Self {
        let table = model::Table::new(T::TABLE);
        let mut this = Self { table, types: Database::new(), prefix: String::new(), optional: false };
        T::declare(&mut this);
        this
    }

    /// The table, and the types that its columns need.
    pub fn into_parts(self) -> (model::Table, Database) {
        (self.table, self.types)
    }

    /// Adds a column whose type is that of a Rust type.
    pub fn column<T: ColumnType + ?Sized>(&mut self, name: &str, with: fn(Column) -> Column) {
        if let Some(check) = T::check(&self.name_text(name)) {
            self.table.checks.insert(check);
        }
        T::define(&mut self.types);
        let mut column = Column::new("", T::column_type());
        column.native = T::native_types();
        self.add(column, name, T::NULLABLE, with);
    }

    /// Adds a column whose type was said on the field.
    pub fn typed_column(&mut self, name: &str, ty: Type, nullable: bool, with: fn(Column) -> Column) {
        self.add(Column::new("", ty), name, nullable, with);
    }

    fn add(&mut self, mut column: Column, name: &str, nullable: bool, with: fn(Column) -> Column) {
        column.name = self.name(name);
        column.nullable = nullable;
        let mut column = with(column);
        column.nullable |= self.optional;
        self.table.columns.insert(column);
    }

    /// Adds the columns of an embedded struct, each with `prefix` before its name.
    pub fn flatten<C: Columns>(&mut self, prefix: &str) {
        let outer = self.prefix.len();
        self.prefix.push_str(prefix);
        C::declare(self);
        self.prefix.truncate(outer);
    }

    /// Adds columns that are all nullable.
    pub fn optional(&mut self, declare: fn(&mut Self)) {
        let outer = std::mem::replace(&mut self.optional, true);
        declare(self);
        self.optional = outer;
    }

    /// Sets the primary key.
    pub fn primary_key(&mut self, mut key: PrimaryKey) {
        self.prefix_parts(&mut key.columns);
        self.prefix_names(&mut key.include);
        self.table.primary_key = Some(key);
    }

    /// Adds a unique constraint.
    pub fn unique(&mut self, mut unique: Unique) {
        self.prefix_parts(&mut unique.columns);
        self.prefix_names(&mut unique.include);
        self.table.uniques.insert(unique);
    }

    /// Adds a check.
    pub fn check(&mut self, check: Check) {
        self.table.checks.insert(check);
    }

    /// Adds a foreign key.
    pub fn foreign_key(&mut self, mut foreign_key: ForeignKey) {
        self.prefix_names(&mut foreign_key.columns);
        self.prefix_names(&mut foreign_key.set_columns);
        self.table.foreign_keys.insert(foreign_key);
    }

    /// Adds an exclusion constraint.
    pub fn exclusion(&mut self, mut exclusion: Exclusion) {
        for element in &mut exclusion.elements {
            self.prefix_parts(std::slice::from_mut(&mut element.part));
        }
        self.prefix_names(&mut exclusion.include);
        self.table.exclusions.insert(exclusion);
    }

    /// Adds an index.
    pub fn index(&mut self, mut index: Index) {
        self.prefix_parts(&mut index.parts);
        self.prefix_names(&mut index.include);
        self.table.indexes.insert(index);
    }

    /// Changes the table as a whole: its options, or what attributes have no word for.
    pub fn table(&mut self, with: fn(model::Table) -> model::Table) {
        let table = std::mem::replace(&mut self.table, model::Table::new(""));
        self.table = with(table);
    }

    fn name(&self, name: &str) -> Name {
        Name::new(self.name_text(name))
    }

    fn name_text(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn prefix_names(&self, names: &mut [Name]) {
        for name in names {
            *name = self.name(name.as_str());
        }
    }

    fn prefix_parts(&self, parts: &mut [KeyPart]) {
        for part in parts {
            if let KeyExpression::Column(name) = &mut part.value {
                *name = self.name(name.as_str());
            }
        }
    }
}

/// Tells whether a type is an `Option`, also for types that are no [`ColumnType`]:
/// `Nullability::<T>::NULLABLE`.
#[derive(Debug)]
#[doc(hidden)]
pub struct Nullability<T: ?Sized>(PhantomData<T>);

impl<T> Nullability<Option<T>> {
    /// An `Option` is nullable.
    pub const NULLABLE: bool = true;
}

/// The answer of [`Nullability`] for every type that is no `Option`.
#[doc(hidden)]
pub trait NotOption {
    /// Not nullable.
    const NULLABLE: bool = false;
}

impl<T: ?Sized> NotOption for Nullability<T> {}
