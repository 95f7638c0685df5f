//! Two fields are two columns.
use groundplan::Table;

#[derive(Table)]
struct Rows {
    name: String,
    #[column(name = "name")]
    other: String,
    #[column(name = "")]
    nameless: String,
}

fn main() {}
