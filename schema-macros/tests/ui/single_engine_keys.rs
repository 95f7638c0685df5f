//! Keys that one engine alone knows are read as strictly as the others.
use groundplan::{SqlType, Table};

#[derive(Table)]
#[table(
    exclude(columns(room)),
    exclude(using = "gist"),
    check("room > 0", inline),
    unique(columns(room), on_conflict = "replcae"),
    index(columns(room), statistics(1)),
    postgres(partition_of("parent")),
    postgres(inherits(parent))
)]
struct Booking {
    #[column(references("rooms", match = "ful"), collate = 5)]
    room: i64,
    #[column(postgres(not_null))]
    note: String,
}

#[derive(SqlType)]
#[sql_type(domain(default = "x", check = 5))]
struct Phone(String);

#[derive(SqlType)]
#[sql_type(domain(name = "pair"))]
struct Pair {
    #[sql_type(rename = "a")]
    one: i64,
    two: i64,
}

#[derive(SqlType)]
struct Tuple(i64, i64);

fn main() {}
