//! Enums and newtypes as column types.

use groundplan::ColumnType as _;
use groundplan::dsl::{
    self, Check, Column, CompositeAttribute, CompositeType, Database, Domain, Engine, EnumType, Object, Type,
};
use groundplan::{SqlEnum, SqlType, Table, schema};

/// Where an order is.
#[derive(SqlEnum)]
#[sql_enum(name = "order_state", schema = "shop", rename_all = "kebab-case", renamed_from = "state", docs)]
enum State {
    New,
    InTransit,
    #[sql_enum(rename = "it's done", renamed_from = "finished")]
    Done,
}

#[derive(SqlEnum)]
#[sql_enum(as = "text")]
enum Color {
    Red,
    #[sql_enum(rename = "it's blue")]
    Blue,
}

#[derive(SqlEnum)]
#[sql_enum(as = integer)]
enum Level {
    Low = -1,
    Middle,
    High = 10,
}

#[derive(SqlType)]
struct OrderState(State);

#[derive(SqlType)]
#[sql_type(type = "varchar(320)", postgres(type = "citext"))]
struct Email(String);

#[derive(SqlType)]
struct Wrapper<T> {
    inner: T,
}

#[derive(SqlType)]
#[sql_type(domain(name = "zip", schema = "shop", check = "VALUE <> ''", check = "length(VALUE) = 5"))]
struct Zip(String);

#[derive(Table)]
struct Order {
    #[column(default = State::New)]
    state: State,
    before: Option<OrderState>,
    history: Vec<State>,
    #[column(default = Color::Red)]
    color: Color,
    #[column(default = Level::High)]
    level: Option<Level>,
    mail: Email,
    mails: Option<Vec<Email>>,
    wrapped: Wrapper<Option<i64>>,
    zip: Zip,
}

/// The check of a column, quoted as each engine quotes names.
fn one_of(column: &str, values: &str) -> Check {
    let mut check = Check::new(format!("\"{column}\" IN ({values})"));
    check.mysql = Some(format!("`{column}` IN ({values})").into());
    check
}

#[test]
fn enums_and_newtypes() {
    let state = EnumType::new(("shop", "order_state"), ["new", "in-transit", "it's done"])
        .value_renamed("finished", "it's done")
        .renamed_from("state")
        .comment("Where an order is.");
    let state_type = Type::Enum(("shop", "order_state").into());
    let zip = Domain {
        name: ("shop", "zip").into(),
        base: Type::Text,
        collation: None,
        default: None,
        not_null: false,
        not_null_name: None,
        checks: [Check::new("VALUE <> ''"), Check::new("length(VALUE) = 5")].into_iter().collect(),
        comment: None,
    };
    let order = dsl::Table::new("order")
        .column(Column::new("state", state_type.clone()).default("new"))
        .column(Column::new("before", state_type.clone()).nullable())
        .column(Column::new("history", state_type.array()))
        .column(Column::new("color", Type::Text).native(Engine::MySql, "varchar(255)").default("Red"))
        .column(Column::new("level", Type::Integer).nullable().default(10))
        .column(Column::new("mail", Type::native("varchar(320)")).native(Engine::Postgres, "citext"))
        .column(
            Column::new("mails", Type::native("varchar(320)").array())
                .native(Engine::Postgres, "citext[]")
                .nullable(),
        )
        .column(Column::new("wrapped", Type::BigInt).nullable())
        .column(Column::new("zip", Type::Named(("shop", "zip").into())))
        .check(one_of("color", "'Red', 'it''s blue'"))
        .check(one_of("level", "-1, 0, 10"));
    let expected = Database::new().with(state).with(Object::Domain(zip)).with(order);
    assert_eq!(schema![Order], expected);
    assert_eq!(State::VALUES, ["new", "in-transit", "it's done"]);
    assert_eq!(Level::VARIANTS.len(), 3);
}

#[test]
fn types_shared_by_tables_are_declared_once() {
    #[derive(Table)]
    struct Archive {
        state: State,
    }
    assert_eq!(schema![Order, Archive].duplicates().count(), 0);
    assert_eq!(schema![Order, Archive].len(), 4);
}

#[test]
fn types_declared_differently_are_duplicates() {
    #[derive(SqlEnum)]
    #[sql_enum(name = "order_state", schema = "shop")]
    enum OtherState {
        New,
    }
    #[derive(Table)]
    struct Archive {
        state: OtherState,
    }
    let duplicates: Vec<String> = schema![Order, Archive].duplicates().map(|id| id.to_string()).collect();
    assert_eq!(duplicates, ["enum shop.order_state"]);
}

#[derive(SqlType)]
#[sql_type(
    type = "varchar(20)",
    domain(
        name = "phone",
        check("VALUE <> ''", name = "phone_check"),
        not_null,
        default = sql("'-'"),
        collate = ("pg_catalog", "C"),
        comment = "to call"
    )
)]
struct Phone(String);

#[derive(SqlType)]
#[sql_type(name = "contact", schema = "shop", comment = "how to reach")]
struct Contact {
    mail: Email,
    #[sql_type(name = "tel", type = "text", collate = "C", comment = "landline")]
    phone: Option<String>,
    state: State,
}

#[derive(Table)]
struct Customer {
    phone: Phone,
    contact: Option<Contact>,
    others: Vec<Contact>,
}

#[test]
fn domains_and_composite_types() {
    let schema = schema![Customer];
    let mut phone = Domain::new("phone", Type::native("varchar(20)"));
    phone.checks.insert(Check::new("VALUE <> ''").named("phone_check"));
    phone.not_null = true;
    phone.default = Some("'-'".into());
    phone.collation = Some(("pg_catalog", "C").into());
    phone.comment = Some("to call".into());
    assert_eq!(schema.get(&Object::Domain(phone.clone()).id()), Some(&Object::Domain(phone)));

    let mut tel = CompositeAttribute::new("tel", Type::Text);
    tel.ty = Type::native("text");
    tel.collation = Some("C".into());
    tel.comment = Some("landline".into());
    let mail = CompositeAttribute::new(
        "mail",
        Email::native_types().postgres.map_or_else(Email::column_type, Type::Native),
    );
    let state = CompositeAttribute::new("state", State::column_type());
    let mut contact = CompositeType::new(("shop", "contact"), [mail, tel, state]);
    contact.comment = Some("how to reach".into());
    assert_eq!(schema.get(&Object::Composite(contact.clone()).id()), Some(&Object::Composite(contact)));
    let named = Type::Named(("shop", "contact").into());
    let types: Vec<_> = Customer::table().columns.iter().map(|column| column.ty.clone()).collect();
    assert_eq!(types, [Type::Named("phone".into()), named.clone(), named.array()]);
}
