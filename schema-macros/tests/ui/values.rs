//! Each key takes one kind of value.
use groundplan::Table;

#[derive(Table)]
#[table(name, schema = public, check(age > 0), index, primary_key, strict = true)]
struct User {
    #[column(name = email, default, unique = 1, collate)]
    a: String,
    #[column(default = sql(now), check = 1, type)]
    b: String,
    #[column(generated = "a || b")]
    c: String,
    #[column(generated(stored = "a", virtual = "b"))]
    d: String,
    #[column(skip = true)]
    e: String,
    #[column(identity(start = "one"))]
    f: i64,
    #[column]
    g: i64,
    #[column = "h"]
    h: i64,
    #[column(name =)]
    i: i64,
}

fn main() {}
