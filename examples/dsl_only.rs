//! A schema without structs, in the fluent DSL: `cargo run --example dsl_only`.

use groundplan::dsl::{Check, Column, Database, ForeignKey, ForeignKeyAction, Index, KeyPart, Table, Type};

fn schema() -> Database {
    let customers = Table::new("customers")
        .column(Column::new("id", Type::BigInt).identity())
        .column(Column::new("email", Type::Varchar(320)))
        .column(Column::new("active", Type::Bool).default(true))
        .primary_key(["id"])
        .unique(["email"]);
    let invoices = Table::new("invoices")
        .column(Column::new("customer", Type::BigInt))
        .column(Column::new("number", Type::Integer))
        .column(Column::new("cents", Type::BigInt))
        .column(Column::new("paid_at", Type::Timestamp).nullable())
        .primary_key(["customer", "number"])
        .check(Check::new("cents >= 0").named("no_negative_invoices"))
        .foreign_key(ForeignKey::new(["customer"], "customers", ["id"]).on_delete(ForeignKeyAction::Cascade))
        .index(
            Index::on([KeyPart::column("cents").desc()]).named("largest_unpaid").filter("paid_at IS NULL"),
        );
    Database::new().with(customers).with(invoices)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("groundplan-dsl-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let url = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await?;

    let report = groundplan::migrate(&pool, schema()).await?;
    println!("{}", report.plan);

    // The check is the database's own: it holds for whoever writes.
    sqlx::query("INSERT INTO customers (email) VALUES ('ada@example.org')").execute(&pool).await?;
    let refused = sqlx::query("INSERT INTO invoices VALUES (1, 1, -5, NULL)").execute(&pool).await;
    println!("an invoice of -5 cents: {}", refused.err().ok_or("it was accepted")?);

    pool.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
