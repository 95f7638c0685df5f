//! Foreign keys by Rust path, checked by the compiler.

use std::borrow::Cow;

use super::{Table, TypedColumn};
use crate::QualifiedName;

/// Whether a column of this Rust type can reference a column of type `Target`: the same type, either of them
/// behind an `Option`.
///
/// ```
/// use schema_core::declare::References;
///
/// fn joins<Left: References<Right>, Right>() {}
/// joins::<i64, i64>();
/// joins::<Option<i64>, i64>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` cannot reference a column of type `{Target}`",
    label = "not the type of the referenced column",
    note = "give both columns the same type, or reference by name, which is not checked: `references(\"table\", columns(\"column\"))`"
)]
pub trait References<Target: ?Sized> {}

impl<T> References<T> for T {}
#[diagnostic::do_not_recommend]
impl<T> References<T> for Option<T> {}
#[diagnostic::do_not_recommend]
impl<T> References<Option<T>> for T {}

macro_rules! same_text {
    ($($a:ty => $b:ty),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl References<$b> for $a {}
        #[diagnostic::do_not_recommend]
        impl References<$b> for Option<$a> {}
    )*};
}
same_text!(
    &str => String, String => &str,
    Box<str> => String, String => Box<str>,
    Cow<'_, str> => String, String => Cow<'_, str>,
    &str => Cow<'_, str>, Cow<'_, str> => &str,
);

/// The name of a referenced column, if a column of type `F` may reference it.
#[doc(hidden)]
pub fn referenced<F: References<V>, T: Table, V>(column: TypedColumn<T, V>) -> &'static str {
    column.name()
}

/// The table of a referenced column.
#[doc(hidden)]
pub fn referenced_table<T: Table, V>(column: TypedColumn<T, V>) -> QualifiedName {
    let _ = column;
    T::TABLE.into()
}
