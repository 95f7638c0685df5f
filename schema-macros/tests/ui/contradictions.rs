//! Keys that exclude each other.
use groundplan::{Columns, Table};

#[derive(Table)]
struct Rows {
    #[column(identity, default = 1)]
    a: i64,
    #[column(default = 1, generated(stored = "1"))]
    b: i64,
    #[column(skip, unique)]
    c: i64,
    #[column(flatten, name = "x")]
    d: Inner,
    #[column(prefix = "x_")]
    e: i64,
    #[column(renamed_from = "f")]
    f: i64,
}

#[derive(Columns)]
struct Inner {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
