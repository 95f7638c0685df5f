//! What the derived impls call.

use super::ColumnType;
use crate::{Check, Column, CompositeAttribute, Database, NativeTypes, Object, Type};

/// Nothing is said of a column but its type.
#[doc(hidden)]
pub fn unchanged(column: Column) -> Column {
    column
}

/// Adds an object that several columns may need, once.
#[doc(hidden)]
pub fn define(types: &mut Database, object: impl Into<Object>) {
    let object = object.into();
    if types.get(&object.id()) != Some(&object) {
        types.insert(object);
    }
}

/// PostgreSQL: an attribute of a composite type, of the type that a Rust type has there.
#[doc(hidden)]
pub fn attribute<T: ColumnType + ?Sized>(name: &str, types: &mut Database) -> CompositeAttribute {
    T::define(types);
    let ty = T::native_types().postgres.map_or_else(T::column_type, Type::Native);
    CompositeAttribute::new(name, ty)
}

/// The types of short text that keys and defaults can hold: MySQL's `text` can be in neither.
#[doc(hidden)]
pub fn keyable_text() -> NativeTypes {
    NativeTypes { mysql: Some("varchar(255)".into()), ..NativeTypes::default() }
}

/// `column IN ('a', 'b')`, so that a column holds nothing else. The texts hold no backslash, on which engines
/// disagree.
#[doc(hidden)]
pub fn one_of_texts(column: &str, values: &[&str]) -> Check {
    one_of(column, values.iter().map(|text| format!("'{}'", text.replace('\'', "''"))))
}

/// `column IN (1, 2)`, so that a column holds nothing else.
#[doc(hidden)]
pub fn one_of_numbers(column: &str, values: &[i64]) -> Check {
    one_of(column, values.iter().map(ToString::to_string))
}

fn one_of(column: &str, values: impl Iterator<Item = String>) -> Check {
    let values = values.collect::<Vec<String>>().join(", ");
    let quoted = |quote: char| {
        let name = column.replace(quote, &format!("{quote}{quote}"));
        format!("{quote}{name}{quote} IN ({values})")
    };
    let mut check = Check::new(quoted('"'));
    // What stands in the quotes of the standard is a string there.
    check.mysql = Some(quoted('`').into());
    check
}
