//! Tenants in one table, kept apart by PostgreSQL itself:
//! `cargo run --example row_security --features postgres -- postgres://user@localhost/database`.
//!
//! The policy stands beside the struct, and is planned, applied and verified like any other part of the schema. Without
//! it the table would be open: dropping it, or its `row_security`, is a hazard that waits for an approval.

use groundplan::dsl::Policy;
use groundplan::{Error, Table, schema};
use sqlx::postgres::PgPoolOptions;

#[derive(Table)]
#[table(name = "documents", postgres(row_security, force_row_security))]
struct Document {
    #[column(primary_key, identity)]
    id: i64,
    #[column(index, default = sql("current_setting('app.tenant')"))]
    tenant: String,
    title: String,
}

/// Who connects sees the rows of the tenant that the connection says it works for, and writes no others.
fn own_rows() -> Policy {
    let own = "tenant = current_setting('app.tenant')";
    let mut policy = Policy::new("own_rows", "documents");
    policy.using = Some(own.into());
    policy.with_check = Some(own.into());
    policy
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("say the URL of a database")?;
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await?;

    println!("== The table, and who sees what of it ==\n");
    let report = groundplan::migrate(&pool, schema![Document].with(own_rows())).await?;
    println!("{}", report.plan);

    // Superusers see everything, whatever a policy says, so the rows are written and read by somebody else.
    let role = format!("groundplan_example_{}", std::process::id());
    let sql = format!("CREATE ROLE {role}; GRANT SELECT, INSERT ON documents TO {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await?;
    for (tenant, title) in [("acme", "a plan"), ("acme", "a budget"), ("globex", "a secret")] {
        let mut transaction = as_tenant(&pool, &role, tenant).await?;
        sqlx::query("INSERT INTO documents (title) VALUES ($1)")
            .bind(title)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    let mut acme = as_tenant(&pool, &role, "acme").await?;
    let titles: Vec<String> =
        sqlx::query_scalar("SELECT title FROM documents ORDER BY id").fetch_all(&mut *acme).await?;
    println!("acme sees {titles:?}");
    let forged =
        sqlx::query("INSERT INTO documents (tenant, title) VALUES ('globex', 'x')").execute(&mut *acme).await;
    println!("acme writes for globex: {}\n", forged.err().ok_or("it could")?);
    drop(acme);

    println!("== A release that forgets the policy does not open the table ==\n");
    match groundplan::migrate(&pool, schema![Document]).await {
        Err(error @ Error::Refused(_)) => println!("{}: {error}", error.code()),
        other => return Err(format!("expected a refusal, got {other:?}").into()),
    }

    let sql = format!("DROP OWNED BY {role}; DROP ROLE {role}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await?;
    Ok(())
}

/// A transaction that works for one tenant.
async fn as_tenant(
    pool: &sqlx::PgPool,
    role: &str,
    tenant: &str,
) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SET LOCAL ROLE {role}"))).execute(&mut *transaction).await?;
    sqlx::query("SELECT set_config('app.tenant', $1, true)").bind(tenant).execute(&mut *transaction).await?;
    Ok(transaction)
}
