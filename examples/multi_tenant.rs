//! A thousand tenants in one PostgreSQL database, a schema for each:
//! `cargo run --example multi_tenant --features postgres -- postgres://user@localhost/database [tenants]`.
//!
//! The structs name no schema: a connection whose `search_path` is the tenant's makes them the tenant's. Tenants whose
//! schemas are in the same state get the same plan, which is read and decided about once. A tenant that fails stops
//! nobody else, and running it again brings everyone to the end.
//!
//! Everything goes side by side, a few tenants at a time: who works on one schema alone keeps others out of that schema
//! alone, and looks at nothing else, so that it takes no longer for each of many than for each of few.

use std::collections::BTreeMap;
use std::time::Instant;

use groundplan::{Approval, Error, Migrator, Plan, Scope, ScopeSchemas, Table, schema};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::task::JoinSet;

/// So many tenants at a time, and so many connections.
const AT_ONCE: usize = 8;

/// What every tenant has today.
mod today {
    #[derive(groundplan::Table)]
    #[table(name = "customers")]
    pub(crate) struct Customer {
        #[column(primary_key, identity)]
        id: i64,
        email: String,
    }
}

/// What they are to have: a table more, addresses that are unique, and a column under another name.
mod tomorrow {
    use super::Table;

    #[derive(Table)]
    #[table(name = "customers")]
    pub(crate) struct Customer {
        #[column(primary_key, identity)]
        id: i64,
        #[column(unique, renamed_from = "email")]
        mail: String,
    }

    #[derive(Table)]
    #[table(name = "orders")]
    pub(crate) struct Order {
        #[column(primary_key, identity)]
        id: i64,
        #[column(references(Customer::id))]
        customer: i64,
    }
}

#[derive(Clone)]
struct Tenant {
    name: String,
    options: PgConnectOptions,
}

impl Tenant {
    fn migrator(&self, schema: groundplan::dsl::Database) -> Migrator {
        let schemas = ScopeSchemas::Named(vec![self.name.as_str().into()]);
        Migrator::new(schema).scope(Scope { schemas, ..Scope::default() }).actor("tenants")
    }

    /// The plan as it is for every tenant.
    fn shape(&self, plan: &Plan) -> String {
        let steps: Vec<String> =
            plan.steps.iter().flat_map(|step| &step.statements).map(ToString::to_string).collect();
        steps.join(";\n").replace(&self.name, "TENANT")
    }
}

/// Does the same for all tenants, a few at a time, and goes on when one fails.
async fn for_all<I, T: Send + 'static, F: Future<Output = Result<T, Error>> + Send + 'static>(
    tenants: Vec<(Tenant, I)>,
    work: impl Fn(Tenant, I) -> F,
) -> Result<Vec<(Tenant, Result<T, Error>)>, tokio::task::JoinError> {
    let (mut waiting, mut running, mut results) = (tenants.into_iter(), JoinSet::new(), Vec::new());
    loop {
        while running.len() < AT_ONCE
            && let Some((tenant, with)) = waiting.next()
        {
            let future = work(tenant.clone(), with);
            running.spawn(async move { (tenant, future.await) });
        }
        match running.join_next().await {
            Some(done) => results.push(done?),
            None => return Ok(results),
        }
    }
}

/// Reviews each different plan once, and carries it out for everyone whose plan it is.
async fn roll_out(tenants: &[Tenant]) -> Result<(), Box<dyn std::error::Error>> {
    let wanted = || schema![tomorrow::Customer, tomorrow::Order];
    let started = Instant::now();
    let planned =
        for_all(
            alone(tenants),
            |tenant, ()| async move { tenant.migrator(wanted()).plan(&tenant.options).await },
        )
        .await?;
    let mut groups: BTreeMap<String, Vec<(Tenant, Plan)>> = BTreeMap::new();
    for (tenant, plan) in planned {
        let plan = plan?;
        groups.entry(tenant.shape(&plan)).or_default().push((tenant, plan));
    }
    println!("{} different plans for {} tenants", groups.len(), tenants.len());
    eprintln!("planned in {:?}", started.elapsed());

    let (mut there, mut reviewed) = (0, Vec::new());
    for (shape, members) in groups {
        let is_empty = shape.is_empty();
        println!("\n{} tenants:\n{}", members.len(), if is_empty { "nothing to do" } else { &shape });
        if is_empty {
            there += members.len();
            continue;
        }
        for (tenant, plan) in members {
            // Here somebody reads and decides, once for each group. An approval names one plan of one tenant: should
            // its schema have changed since, it holds no longer, and that tenant is refused.
            let approval = Approval::of(&plan, 1..=plan.steps.len())?.by("the reader");
            reviewed.push((tenant, (plan, approval)));
        }
    }

    let started = Instant::now();
    let done = for_all(reviewed, |tenant, (plan, approval)| async move {
        tenant.migrator(wanted()).approval(approval).apply(&tenant.options, &plan).await
    })
    .await?;
    eprintln!("applied in {:?}", started.elapsed());
    let (well, failed): (Vec<_>, Vec<_>) = done.into_iter().partition(|(_, result)| result.is_ok());
    println!("\n{} tenants are there, {} of them now", there + well.len(), well.len());
    for (tenant, result) in failed {
        if let Err(error) = result {
            println!("{} is not: {}: {error}", tenant.name, error.code());
        }
    }
    Ok(())
}

fn alone(tenants: &[Tenant]) -> Vec<(Tenant, ())> {
    tenants.iter().map(|tenant| (tenant.clone(), ())).collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("say the URL of a database")?;
    let count: usize = arguments.next().map_or(Ok(1000), |count| count.parse())?;
    let options: PgConnectOptions = url.parse()?;
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
    let tenants: Vec<Tenant> = (1..=count)
        .map(|number| {
            let name = format!("tenant_{number:04}");
            let options = options.clone().options([("search_path", &name)]);
            Tenant { name, options }
        })
        .collect();

    // A new tenant: a schema, and what belongs in it.
    for tenant in &tenants {
        let create = format!("CREATE SCHEMA {}", tenant.name);
        sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&pool).await?;
    }
    let started = Instant::now();
    let made = for_all(alone(&tenants), |tenant, ()| async move {
        tenant.migrator(schema![today::Customer]).run(&tenant.options).await
    });
    for (_, result) in made.await? {
        result?;
    }
    eprintln!("made in {:?}", started.elapsed());
    // One of them has the same customer twice.
    let twice = "INSERT INTO tenant_0003.customers (email) VALUES ('ada@example.org'), ('ada@example.org')";
    sqlx::raw_sql(twice).execute(&pool).await?;

    println!("== The next release ==\n");
    roll_out(&tenants).await?;

    println!("\n== Again, with the rows put right ==\n");
    sqlx::raw_sql("DELETE FROM tenant_0003.customers WHERE id = 2").execute(&pool).await?;
    roll_out(&tenants).await?;
    Ok(())
}
