//! Tables that are found instead of listed: feature `inventory`.

use crate::{Database, Declared};

/// A table that was found. Written by `#[derive(Table)]`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Collected {
    /// Where its struct is.
    pub module: &'static str,
    /// Adds it to a schema.
    pub add: fn(&mut Database),
}

inventory::collect!(Collected);

/// All tables of some crates, by the structs that derive [`Table`](super::Table) and have no type parameters. Crates are
/// called as in paths, `my_app`.
///
/// A struct is only found if its crate is linked into the binary and its module is compiled, which no compiler checks.
/// So a table that is *not* found says nothing: it is never dropped for that, not even if Groundplan made it. What is
/// to go is left to `schema!`, which lists everything.
///
/// ```
/// use schema_core::declare::collect;
///
/// let declared = collect([module_path!()]);
/// assert!(declared.is_partial);
/// ```
pub fn collect<'a>(crates: impl IntoIterator<Item = &'a str>) -> Declared {
    let crates: Vec<&str> = crates.into_iter().map(root).collect();
    let is_wanted = |table: &&Collected| crates.contains(&root(table.module));
    let mut found: Vec<&Collected> = inventory::iter::<Collected>().filter(is_wanted).collect();
    // The linker's order is nobody's.
    found.sort_by_key(|table| table.module);
    let mut schema = Database::new();
    for table in found {
        (table.add)(&mut schema);
    }
    schema.sort();
    Declared { schema, is_partial: true, ..Declared::default() }
}

/// The crate of a module.
fn root(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}
