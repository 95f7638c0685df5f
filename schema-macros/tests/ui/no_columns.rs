//! A table has at least one column.
use groundplan::Table;

#[derive(Table)]
struct Empty {}

#[derive(Table)]
struct AllSkipped {
    #[column(skip)]
    cache: Vec<String>,
}

fn main() {}
