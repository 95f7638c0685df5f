//! Creates a database, changes it, and refuses to lose data: `cargo run --example quickstart`.

use groundplan::{Error, Table, schema};

/// The first release of an application.
mod first {
    use super::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        pub(crate) id: i64,
        #[column(unique)]
        pub(crate) email: String,
        pub(crate) nickname: Option<String>,
    }
}

/// The second one: a renamed column, a new table, an index.
mod second {
    use super::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        pub(crate) id: i64,
        #[column(unique)]
        pub(crate) email: String,
        #[column(renamed_from = "nickname")]
        pub(crate) display_name: Option<String>,
    }

    #[derive(Table)]
    #[table(name = "posts", index(columns(author, published)))]
    pub(crate) struct Post {
        #[column(primary_key, identity)]
        pub(crate) id: i64,
        #[column(references(User::id, on_delete = "cascade"))]
        pub(crate) author: i64,
        pub(crate) title: String,
        #[column(default = false)]
        pub(crate) published: bool,
    }
}

/// A third one, by somebody in a hurry: an e-mail address is no longer needed, or is it?
mod third {
    use super::Table;

    #[derive(Table)]
    #[table(name = "users")]
    pub(crate) struct User {
        #[column(primary_key, identity)]
        pub(crate) id: i64,
        pub(crate) display_name: Option<String>,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir().join(format!("groundplan-quickstart-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let file = folder.join("app.db");
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}?mode=rwc", file.display())).await?;

    println!("== The first release creates its table ==\n");
    let report = groundplan::migrate(&pool, schema![first::User]).await?;
    println!("{}", report.plan);
    sqlx::query("INSERT INTO users (email, nickname) VALUES ('ada@example.org', 'Ada')")
        .execute(&pool)
        .await?;

    println!("== Starting it again changes nothing ==\n");
    let report = groundplan::migrate(&pool, schema![first::User]).await?;
    println!("{}", report.plan);

    println!(
        "== The second release renames a column: somebody decides, so the plan is shown and approved ==\n"
    );
    let wanted = schema![second::User, second::Post];
    let plan = groundplan::Migrator::new(wanted.clone()).plan(&pool).await?;
    println!("{plan}");
    let approval = groundplan::Approval::of(&plan, 1..=plan.steps.len())?.by("the reader");
    groundplan::Migrator::new(wanted).approval(approval).run(&pool).await?;
    let name: String = sqlx::query_scalar("SELECT display_name FROM users").fetch_one(&pool).await?;
    println!("applied; the row is still there: {name}\n");

    println!("== The third release would lose data: it is refused, and nothing changes ==\n");
    match groundplan::migrate(&pool, schema![third::User, second::Post]).await {
        Err(error @ Error::Refused(_)) => println!("{}: {error}\n", error.code()),
        other => return Err(format!("expected a refusal, got {other:?}").into()),
    }
    let email: String = sqlx::query_scalar("SELECT email FROM users").fetch_one(&pool).await?;
    println!("the data is untouched: {email}");

    pool.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
