//! The derive macros of Groundplan. Use them through the crate `groundplan`, which the generated code names.
//!
//! Each derive reads its attributes as lists of keys (`attrs`), checked against the vocabulary of their place, and
//! writes calls of the DSL that fill a `Declaration`. Types are left to the compiler: they are never read as tokens.
#![forbid(unsafe_code)]

mod attrs;
mod check;
mod column;
mod enumeration;
mod error;
mod fields;
mod key;
mod names;
mod newtype;
mod reference;
mod settings;
mod table;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Declares a table as a struct: each field is a column.
///
/// ```
/// use groundplan::{Table, schema};
///
/// #[derive(Table)]
/// #[table(unique(columns(id, tenant)))]
/// struct Org {
///     #[column(primary_key, identity)]
///     id: i64,
///     tenant: i32,
/// }
///
/// #[derive(Table)]
/// #[table(
///     name = "users",
///     index(columns(org, email), unique, where = "deleted_at IS NULL"),
///     check("length(email) > 3", name = "users_email_check")
/// )]
/// struct User {
///     #[column(primary_key, identity)]
///     id: i64,
///     #[column(type = "varchar(320)", renamed_from = "mail")]
///     email: String,
///     nickname: Option<String>,
///     #[column(references(Org::id, on_delete = "cascade"))]
///     org: i64,
///     #[column(default = sql("CURRENT_TIMESTAMP"))]
///     created_at: std::time::SystemTime,
///     deleted_at: Option<std::time::SystemTime>,
///     #[column(skip)]
///     cache: Vec<String>,
/// }
///
/// assert_eq!(User::table().columns.len(), 6);
/// assert_eq!(User::EMAIL.name(), "email");
/// assert_eq!(schema![Org, User].tables().count(), 2);
/// ```
///
/// A column's type comes from the field's type through `ColumnType`, so aliases and newtypes work, and `Option` is
/// NULL. Rust names stand for Rust things (fields, other structs), strings for SQL. For each column there is a
/// constant with its name, `User::EMAIL`, for queries and for the compiler's check of `references`. The table is
/// called like the struct, in `snake_case`, and not made plural. A field of a type that this crate cannot know says
/// its own, as `sqlx::types::Json<T>` does with `#[column(type = Type::Json)]`.
///
/// `#[groundplan(…)]` is another spelling of both attributes. Where another derive wants `#[table]` and
/// `#[column]` for itself, `#[groundplan(namespaced)]` on the struct leaves them to it.
///
/// # Of the struct: `#[table(…)]`
///
/// | Key | What it says |
/// |---|---|
/// | `name = "users"` | The table's name. |
/// | `schema = "auth"` | The schema it lives in; without it, the connection's default one. |
/// | `rename_all = "camelCase"` | How field names become column names: serde's eight cases. |
/// | `primary_key(a, b)` | The primary key, in key order; `name = "…"` names it. `primary_key(columns(a, b), …)` takes `name`, `include(c)`, `deferrable`, `initially_deferred`, `without_overlaps`, `on_conflict = "replace"`, `parameters("…")`, `tablespace = "…"`, `comment = "…"`. |
/// | `unique(columns(a, b))` | A unique constraint. With the same, `nulls_not_distinct` and `renamed_from = "…"`. |
/// | `index(columns(a, b))` | An index. With `unique`, `name = "…"`, `where = "…"`, `include(c)`, `using = "gin"`, `nulls_not_distinct`, `comment = "…"`, `renamed_from = "…"`; PostgreSQL's `parameters("fastupdate=off")`, `tablespace`, `statistics(1 = 500)`, `attached_to`; MySQL's `invisible`, `parser`, `options("…")`, `without_overlaps`. |
/// | `check("a > 0")` | A condition on every row. With `name = "…"`, `mysql = "…"` where MySQL and MariaDB write it otherwise, `comment = "…"`, `not_valid`, `not_enforced`, `no_inherit`, `renamed_from = "…"`. |
/// | `exclude(columns(a(with = "="), b(with = "&&")))` | PostgreSQL: no two rows for which all operators hold. With `using = "gist"`, `where`, `include`, `name`, `deferrable`, `initially_deferred`, `parameters`, `comment`. |
/// | `foreign_key(columns(a, b), references(Org::id, Org::tenant))` | A foreign key, checked by the compiler; or by name, `references("orgs", columns("id", "tenant"))` with `schema = "…"`. With `on_delete`, `on_update`, `set_columns(a)`, `match = "full"`, `name`, `deferrable`, `initially_deferred`, `not_valid`, `not_enforced`, `period`, `comment`, `renamed_from`. |
/// | `comment = "…"`, `docs` | Its comment; with `docs`, doc comments are the comments of the table and its columns. |
/// | `renamed_from = "members"` | Its name before, so that its rows are kept. |
/// | `strict`, `without_rowid` | SQLite's table options; also in `sqlite(…)`. |
/// | `unlogged`, `postgres(…)` | PostgreSQL: not logged; `partition_by = "RANGE (at)"`, `partition_of("events", "FOR VALUES …")`, `inherits("events")`, `of_type`, `foreign = "SERVER …"`, `tablespace`, `access_method`, `row_security`, `force_row_security`, `clustered_on`, `replica_identity`, `parameters("fillfactor=70")`. |
/// | `engine = "InnoDB"`, `mysql(…)` | MySQL and MariaDB: the storage engine; `charset`, `collate`, `auto_increment = 1000`, `partition_by = "HASH (id)"`, `options("ROW_FORMAT=DYNAMIC")`, `system_versioning`, `periods("…")`. |
/// | `with = function` | A `fn(dsl::Table) -> dsl::Table` for what attributes have no word for. |
/// | `crate = "path"` | Where this crate is, if not at `::groundplan`. |
///
/// In `columns(…)` stand fields, names as strings, and `sql("lower(email)")` in an index; each may be followed by
/// `(desc, nulls_first, nulls_last, collate = "C", ops = "text_pattern_ops", prefix = 10)`. Names of collations, types
/// and tables may carry their schema: `collate = ("public", "german")`.
///
/// # Of a field: `#[column(…)]`
///
/// | Key | What it says |
/// |---|---|
/// | `primary_key` | Part of the primary key, in the order of the fields. |
/// | `identity` | Numbered by the engine. `identity(always, start = 1, increment = 1, min, max, cache, cycle)`; `monotonic` is SQLite's `AUTOINCREMENT`. |
/// | `unique` | A unique constraint over the column; `unique = "name"`, or `unique(…)` with the keys of the struct's. |
/// | `index` | An index over the column; `index = "name"`, or `index(…)` with the keys of the struct's. |
/// | `name = "mail"` | The column's name. |
/// | `type = "varchar(320)"` | Its type, as the engine's DDL says it; or a portable one, `type = Type::Varchar(320)`. The field's type may then be any. |
/// | `nullable`, `nullable = false` | Whether it may be NULL, against what the field's type says. |
/// | `default = 0` | Its default: a Rust literal, constant or enum value, or `default = sql("now()")`. |
/// | `check = "age > 0"` | A condition on the column; `check("…", name = "…")` with the keys of the struct's. |
/// | `references(Org::id)` | A foreign key whose type the compiler checks; or by name, `references("orgs", columns("id"))`. With `on_delete = "cascade"`, `on_update`, `name`, `deferrable`, `initially_deferred`, `renamed_from`. The actions are `cascade`, `restrict`, `set_null`, `set_default`, `no_action`. |
/// | `generated(stored = "…")`, `generated(virtual = "…")` | Computed from other columns. |
/// | `collate = "C"`, `comment = "…"` | Its collation and comment. |
/// | `renamed_from = "mail"` | Its name before, so that its values are kept. |
/// | `postgres(type = "citext")` | Its type in one engine alone: `postgres`, `mysql`, `mariadb`, `sqlite`; MariaDB goes by `mysql` unless it has its own. Also `postgres(storage, compression, statistics, options, foreign_options, sequence, not_null, inherited, inherited_not_null)`, `mysql(charset, on_update, invisible, srid, attributes)` and `sqlite(not_null, not_null_conflict, verbatim)`. |
/// | `skip` | No column. |
/// | `flatten`, `prefix = "home_"` | The columns of a struct that derives [`Columns`](derive@Columns); all nullable if it is an `Option`. |
#[proc_macro_derive(Table, attributes(table, column, groundplan))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Table).into()
}

/// Declares columns that tables embed with `#[column(flatten)]`.
///
/// Fields are those of [`Table`](derive@Table), without a primary key. `#[table(…)]` takes `rename_all`, `unique`,
/// `index`, `check`, `foreign_key`, `docs` and `crate`. A prefix is put before the columns and in keys over them,
/// but not in SQL: a check that names a column suits structs that are embedded without one.
///
/// ```
/// use groundplan::{Columns, Table};
///
/// #[derive(Columns)]
/// struct Address {
///     street: String,
///     #[column(index)]
///     zip: String,
/// }
///
/// #[derive(Table)]
/// struct Customer {
///     #[column(primary_key)]
///     id: i64,
///     #[column(flatten, prefix = "home_")]
///     home: Option<Address>,
/// }
///
/// let names: Vec<String> = Customer::table().columns.names().map(ToString::to_string).collect();
/// assert_eq!(names, ["id", "home_street", "home_zip"]);
/// ```
#[proc_macro_derive(Columns, attributes(table, column, groundplan))]
pub fn derive_columns(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    table::expand(&input, table::Kind::Columns).into()
}

/// Makes an enum without data a column type.
///
/// By default the values are in an enum type, which comes into the schema with the tables that use it: a type of
/// its own in PostgreSQL, the column's `enum(…)` in MySQL, a check in SQLite. The values are called like the
/// variants, as with serde and sqlx; the type like the enum, in `snake_case`.
///
/// ```
/// use groundplan::{SqlEnum, Table, schema};
///
/// #[derive(SqlEnum)]
/// #[sql_enum(rename_all = "snake_case")]
/// enum Status {
///     New,
///     InTransit,
///     #[sql_enum(renamed_from = "finished")]
///     Done,
/// }
///
/// #[derive(Table)]
/// struct Order {
///     #[column(default = Status::New)]
///     status: Status,
/// }
///
/// assert_eq!(Status::VALUES, ["new", "in_transit", "done"]);
/// assert_eq!(schema![Order].len(), 2); // the table and the type
/// ```
///
/// | Key of `#[sql_enum(…)]` | What it says |
/// |---|---|
/// | `name = "status"`, `schema = "shop"` | The type's name. |
/// | `rename_all = "snake_case"` | How variants become values: serde's eight cases. |
/// | `as = "text"` | The values are text that a check limits, instead of a type. |
/// | `as = "integer"` | The values are the variants' numbers, limited by a check. |
/// | `renamed_from = "state"` | The type's name before. |
/// | `comment = "…"`, `docs` | The type's comment; with `docs`, the doc comment. |
/// | `crate = "path"` | Where this crate is, if not at `::groundplan`. |
/// | on a variant: `rename = "…"` | Its value. |
/// | on a variant: `renamed_from = "…"` | Its value before, so that rows keep it. |
#[proc_macro_derive(SqlEnum, attributes(sql_enum, groundplan))]
pub fn derive_sql_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    enumeration::expand(&input).into()
}

/// Makes a struct a column type: with one field, that of the field, unless another one is said; with several, a
/// composite type of PostgreSQL's.
///
/// ```
/// use groundplan::{SqlType, Table};
///
/// #[derive(SqlType)]
/// struct UserId(i64);
///
/// #[derive(SqlType)]
/// #[sql_type(type = "varchar(320)", postgres(type = "citext"))]
/// struct Email(String);
///
/// #[derive(Table)]
/// struct User {
///     #[column(primary_key)]
///     id: UserId,
///     email: Option<Email>,
///     #[column(references(User::id))]
///     invited_by: Option<UserId>,
/// }
/// # let _ = User::table();
/// ```
///
/// | Key of `#[sql_type(…)]` | What it says |
/// |---|---|
/// | `type = "varchar(320)"` | The type, as the engine's DDL says it, or a portable one: `type = Type::Varchar(320)`. |
/// | `postgres(type = "citext")` | The type in one engine alone: `postgres`, `mysql`, `mariadb`, `sqlite`. |
/// | `domain(name = "email", schema = "…", check = "VALUE <> ''")` | PostgreSQL: a domain over the type, which comes into the schema with the tables that use it. With `check("…", name = "…")`, `not_null`, `default = sql("…")`, `collate`, `comment`. |
/// | `composite` | PostgreSQL: a composite type, although there is but one field. |
/// | on a field: `skip` | It is no value: the `PhantomData` of `struct Id<T>(i64, #[sql_type(skip)] PhantomData<T>)`. |
/// | `name = "address"`, `schema`, `comment` | Of a composite type. On its fields: `name`, `type`, `collate`, `comment`. |
/// | `crate = "path"` | Where this crate is, if not at `::groundplan`. |
#[proc_macro_derive(SqlType, attributes(sql_type, groundplan))]
pub fn derive_sql_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    newtype::expand(&input).into()
}
