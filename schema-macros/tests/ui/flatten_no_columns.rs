//! Only a struct of columns is flattened.
use groundplan::Table;

struct Address;

#[derive(Table)]
struct User {
    id: i64,
    #[column(flatten)]
    address: Address,
}

fn main() {}
