//! SQL beside structs: views and triggers in the engine's own language: `cargo run --example views_and_triggers`.

use groundplan::dsl::Database;
use groundplan::{Migrator, Table, schema};

#[derive(Table)]
#[table(name = "accounts")]
struct Account {
    #[column(primary_key, identity)]
    id: i64,
    owner: String,
    #[column(default = 0)]
    cents: i64,
}

#[derive(Table)]
#[table(name = "transfers")]
struct Transfer {
    #[column(primary_key, identity)]
    id: i64,
    #[column(references(Account::id))]
    account: i64,
    cents: i64,
}

/// Usually a file beside the structs: `include_str!("views.sql")`.
const VIEWS: &str = "
    CREATE VIEW rich AS SELECT owner, cents FROM accounts WHERE cents >= 1000000;

    CREATE TRIGGER book AFTER INSERT ON transfers BEGIN
        UPDATE accounts SET cents = cents + NEW.cents WHERE id = NEW.account;
    END;
";

/// A later release: somebody is rich with less.
const VIEWS_LATER: &str = "
    CREATE VIEW rich AS SELECT owner, cents FROM accounts WHERE cents >= 500000;

    CREATE TRIGGER book AFTER INSERT ON transfers BEGIN
        UPDATE accounts SET cents = cents + NEW.cents WHERE id = NEW.account;
    END;
";

fn tables() -> Database {
    schema![Account, Transfer]
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("groundplan-views-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let url = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await?;

    println!("== Tables, then what reads them, then what writes them ==\n");
    let report = Migrator::new(tables()).sql("views.sql", VIEWS).run(&pool).await?;
    println!("{}", report.plan);

    let ada: i64 = sqlx::query_scalar("INSERT INTO accounts (owner) VALUES ('Ada') RETURNING id")
        .fetch_one(&pool)
        .await?;
    sqlx::query("INSERT INTO transfers (account, cents) VALUES (?, 600000)").bind(ada).execute(&pool).await?;

    println!("== Another query for the view: it is made anew, and nobody sees it missing ==\n");
    let report = Migrator::new(tables()).sql("views.sql", VIEWS_LATER).run(&pool).await?;
    println!("{}", report.plan);

    let rich: String = sqlx::query_scalar("SELECT owner FROM rich").fetch_one(&pool).await?;
    println!("the trigger booked the transfer, and the view shows {rich}");

    pool.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
