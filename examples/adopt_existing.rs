//! Takes a database that already holds data under management: `cargo run --example adopt_existing`.

use groundplan::{Error, Migrator, Table, schema};

/// What the application's other tools have made so far.
const LEGACY: &str = "
    CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email TEXT NOT NULL, nickname TEXT, UNIQUE (email));
    CREATE TABLE reports (id INTEGER PRIMARY KEY, body TEXT);
    INSERT INTO users (email, nickname) VALUES ('ada@example.org', 'Ada'), ('grace@example.org', 'Ada');
    INSERT INTO reports (body) VALUES ('of the other team');
";

/// The table as it stands, declared. `reports` belongs to somebody else and is not declared.
mod today {
    use super::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        id: i64,
        #[column(unique)]
        email: String,
        nickname: Option<String>,
    }
}

/// The first change: nicknames are to be unique.
mod tomorrow {
    use super::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        id: i64,
        #[column(unique)]
        email: String,
        #[column(unique)]
        nickname: Option<String>,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("groundplan-adopt-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let url = format!("sqlite://{}?mode=rwc", folder.join("app.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await?;
    sqlx::raw_sql(LEGACY).execute(&pool).await?;

    println!(
        "== The declared schema is what is there: nothing changes, and the table is ours from now on ==\n"
    );
    let adopted = groundplan::migrate(&pool, schema![today::User]).await?;
    println!("{}", adopted.plan);

    println!("== The first change: the rows are asked before anything is done ==\n");
    let wanted = Migrator::new(schema![tomorrow::User]);
    println!("{}", wanted.plan(&pool).await?);
    match wanted.run(&pool).await {
        Err(error @ Error::ProbeFailed(_)) => println!("{}: {error}\n", error.code()),
        other => return Err(format!("expected the rows to stand in the way, got {other:?}").into()),
    }

    println!("== With the rows put right, it goes through ==\n");
    sqlx::query("UPDATE users SET nickname = 'Grace' WHERE email LIKE 'grace@%'").execute(&pool).await?;
    let report = wanted.run(&pool).await?;
    println!("{:?}: {} steps\n", report.status, report.plan.steps.len());

    let status = wanted.status(&pool).await?;
    for object in &status.unmanaged {
        println!("{object} is not declared, and never touched");
    }

    pool.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
