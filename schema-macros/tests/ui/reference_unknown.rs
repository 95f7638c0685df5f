//! A foreign key by path leads to a field of a table.
use groundplan::Table;

struct NoTable;

#[derive(Table)]
struct Org {
    #[column(primary_key)]
    id: i64,
}

#[derive(Table)]
struct User {
    #[column(references(Org::idd))]
    a: i64,
    #[column(references(NoTable::id))]
    b: i64,
}

fn main() {}
