//! A rule of a project's own, beside those of the catalogue.

use groundplan::core::diff::{Change, ObjectChange};
use groundplan::dsl::{Column, Database, Table, Type};
use groundplan::{Error, Migrator, Objection, Rule, RuleName, Rules, Severity, Step, Subject, Waiver};

/// Every table says what it is for.
struct Commented;

impl Rule for Commented {
    fn name(&self) -> &'static str {
        "acme/commented"
    }

    fn check(&self, step: &Step, subject: &Subject<'_>) -> Vec<Objection> {
        let created = step.effect.changes.iter().filter_map(|change| match change {
            ObjectChange::Create(object) => object.as_table(),
            ObjectChange::Drop(_) | ObjectChange::Alter { .. } | ObjectChange::AlterTable(_) => None,
        });
        // What another step says of it counts too.
        let silent = created.filter(|table| {
            let after = subject.after.table(&table.name);
            after.is_none_or(|table| table.options.comment.is_none())
        });
        silent
            .map(|table| {
                Objection::new(Severity::Error, format!("{} does not say what it is for", table.name))
            })
            .collect()
    }
}

/// Columns of money end in `_cents`, and are whole numbers.
struct Cents;

impl Rule for Cents {
    fn name(&self) -> &'static str {
        "acme/cents"
    }

    fn check(&self, step: &Step, _: &Subject<'_>) -> Vec<Objection> {
        let tables = step.effect.changes.iter().filter_map(|change| match change {
            ObjectChange::AlterTable(table) => Some(table),
            ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => None,
        });
        let added = tables.flat_map(|table| &table.columns).filter_map(|change| match change {
            Change::Add(column) | Change::Modify { after: column, .. } => Some(column),
            Change::Drop(_) => None,
        });
        added
            .filter(|column| column.name == "price")
            .map(|column| Objection::new(Severity::Warning, format!("{} should end in _cents", column.name)))
            .collect()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    let orders =
        || Table::new("orders").column(Column::new("id", Type::BigInt).identity()).primary_key(["id"]);
    let rules = || Rules::default().with(Commented)?.with(Cents);

    // The rule's error needs an approval, like any other.
    let migrator = Migrator::new(Database::new().with(orders())).rules(rules()?);
    match migrator.run(&pool).await {
        Err(Error::Refused(refusal)) => println!("refused: {}\n", refusal.steps[0].1),
        other => return Err(format!("it should have been refused: {other:?}").into()),
    }

    // A waiver names the rule, the object and the reason. The other one is of no use here, and says so.
    let waived = rules()?.waive(Waiver::new(RuleName::own("acme/commented"), "orders", "everybody knows"))?;
    let waived = waived.waive(Waiver::new(RuleName::own("acme/cents"), "refunds", "not yet there"))?;
    let plan = Migrator::new(Database::new().with(orders())).rules(waived.clone()).plan(&pool).await?;
    println!("{plan}");
    Migrator::new(Database::new().with(orders())).rules(waived).run(&pool).await?;

    // A warning is shown, and nothing more.
    let priced = orders().column(Column::new("price", Type::BigInt).nullable());
    let report = Migrator::new(Database::new().with(priced)).rules(rules()?).run(&pool).await?;
    println!("{}", report.plan);
    Ok(())
}
