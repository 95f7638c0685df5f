//! What an enum of values can be.
use groundplan::SqlEnum;

#[derive(SqlEnum)]
#[sql_enum(rename_all = "camel", as = "txt", type_name = "x")]
enum Wrong {
    Data(i64),
    #[sql_enum(rename = "a")]
    A,
    #[sql_enum(rename = "a", renamd_from = "b")]
    B,
}

#[derive(SqlEnum)]
#[sql_enum(as = "text", name = "status")]
enum AsText {
    #[sql_enum(renamed_from = "old")]
    New,
    #[sql_enum(rename = "a\\b")]
    Backslash,
}

const ONE: isize = 1;

#[derive(SqlEnum)]
#[sql_enum(as = "integer")]
enum AsInteger {
    One = ONE,
}

#[derive(SqlEnum)]
enum Empty {}

fn main() {}
