//! Only structs with named fields are tables.
use groundplan::{SqlEnum, SqlType, Table};

#[derive(Table)]
enum Status {
    New,
}

#[derive(Table)]
struct Pair(i64, i64);

#[derive(Table)]
struct Nothing;

#[derive(Table)]
union Either {
    a: i64,
    b: f64,
}

#[derive(SqlEnum)]
struct NoEnum {
    a: i64,
}

#[derive(SqlType)]
struct TwoFields(i64, i64);

#[derive(SqlType)]
enum NoNewtype {
    A,
}

fn main() {}
