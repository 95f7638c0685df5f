//! The primary key is said once, on the fields or on the table.
use groundplan::Table;

#[derive(Table)]
#[table(primary_key(a, b))]
struct Rows {
    #[column(primary_key)]
    a: i64,
    b: i64,
}

fn main() {}
