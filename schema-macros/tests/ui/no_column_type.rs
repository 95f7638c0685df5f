//! A Rust type without a column type: the message says what to write.
use groundplan::Table;

struct Opaque;

#[derive(Table)]
struct User {
    one: Opaque,
    perhaps: Option<Opaque>,
    many: Vec<Opaque>,
}

fn main() {}
