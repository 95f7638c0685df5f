//! The judgement of a change: it succeeds, a second plan is empty, the dump is that of a database made directly, and the
//! rows are what they were.

use schema_core::diff::Renames;
use schema_core::plan::Step;
use schema_core::{Declared, Error, Script, Session, plan_between};
use sqlx::{AssertSqlSafe, Row};

use super::{TestDatabase, differences, execute, generate, probes, say, scope};

/// What became of a pair.
#[derive(Debug)]
pub enum Outcome {
    Equal,
    /// The generator made something that the server does not take.
    Invalid(String),
    /// The rows stand in the way, as was said before anything was changed.
    Foreseen,
    /// The rows stand in the way, as the server said in the middle.
    Unforeseen(String),
    /// The planner does not do it, and said so.
    Refused(String),
    Failed(String),
}

/// Two databases of one server that are led from one schema to another again and again.
pub struct Bench {
    from: TestDatabase,
    to: TestDatabase,
}

/// How a pair is tried.
#[derive(Clone, Copy)]
pub struct Way {
    /// Whether there are rows in the tables.
    pub rows: bool,
    /// Whether the second schema is read in a scratch database, as it always is, or where it has been made anyway,
    /// which is quicker.
    pub scratch: bool,
}

impl Bench {
    pub async fn new(server: &str) -> Self {
        Self { from: TestDatabase::reusable(server).await, to: TestDatabase::reusable(server).await }
    }

    pub async fn gone(self) {
        self.from.gone().await;
        self.to.gone().await;
    }

    /// Leads a database from one script's schema to another's.
    pub async fn judge(&self, before: &str, after: &str, way: Way) -> Outcome {
        let mut shown = Vec::new();
        let outcome = match (self.from.try_run(before).await, self.to.try_run(after).await) {
            (Ok(()), Ok(())) => match change(&self.from, &self.to, after, way, &mut shown).await {
                Ok(outcome) => outcome,
                Err(why) => Outcome::Failed(why),
            },
            (Err(error), _) | (_, Err(error)) => Outcome::Invalid(error),
        };
        self.from.empty().await;
        self.to.empty().await;
        if std::env::var_os("GROUNDPLAN_SHOW").is_some() {
            say!("--- from\n{before}\n--- to\n{after}\n--- plan");
            for sql in shown {
                say!("{sql};");
            }
        }
        outcome
    }
}

async fn change(
    from: &TestDatabase,
    to: &TestDatabase,
    after: &str,
    way: Way,
    shown: &mut Vec<String>,
) -> Result<Outcome, String> {
    let with_rows = way.rows;
    let mut session = from.session().await;
    let said = |what: &'static str| move |error: Error| format!("{what}: {error}");
    let wanted = if way.scratch {
        let script = Script { name: "after.sql".to_owned(), text: after.to_owned() };
        let declared = Declared { scripts: vec![script], ..Declared::default() };
        session.canonicalize(&declared, &scope()).await.map_err(said("canonicalize"))?.schema
    } else {
        to.session().await.inspect(&scope()).await.map_err(said("inspect what is wanted"))?.schema
    };
    let found = session.inspect(&scope()).await.map_err(said("inspect"))?;
    if let Some(finding) = found.unmodelled.first() {
        return Err(format!("unmodelled: {} ({})", finding.object, finding.reason));
    }
    let before = found.schema;
    let mut connection = from.connection().await;
    let sums = if with_rows {
        fill(&mut connection).await;
        generate::sums(&before.database, &wanted.database)
    } else {
        Vec::new()
    };
    let counted = answers(&mut connection, &sums).await?;
    let dialect = session.dialect();
    let plan = match plan_between(dialect, &before, &wanted, &Declared::default(), &Renames::default()) {
        Ok(plan) => plan,
        Err(error @ Error::Unsupported { .. }) => return Ok(Outcome::Refused(error.to_string())),
        Err(error) => return Err(format!("plan: {error}")),
    };
    shown.extend(statements(&plan.steps));
    if with_rows && !probes(&mut session, &plan).await.map_err(said("probe"))?.is_empty() {
        return Ok(Outcome::Foreseen);
    }
    if let Err(error) = execute(&mut session, &plan.steps).await {
        // Data exceptions and violated constraints.
        let about_rows = with_rows && ["(22", "(23"].iter().any(|class| error.contains(class));
        return if about_rows { Ok(Outcome::Unforeseen(error)) } else { Err(error) };
    }
    let now = session.inspect(&scope()).await.map_err(said("inspect again"))?.schema;
    let again = plan_between(session.dialect(), &now, &wanted, &Declared::default(), &Renames::default())
        .map_err(said("plan again"))?;
    if !again.steps.is_empty() {
        return Err(format!("a second plan has steps:\n{}", statements(&again.steps).join("\n")));
    }
    if let Some(problem) = differences(&to.dump(), &from.dump()) {
        return Err(format!("the dumps differ\n{problem}"));
    }
    let counted_again = answers(&mut connection, &sums).await?;
    if let Some((old, new)) = counted.iter().zip(&counted_again).find(|(old, new)| old != new) {
        return Err(format!("rows changed: {old} became {new}"));
    }
    Ok(Outcome::Equal)
}

fn statements(steps: &[Step]) -> Vec<String> {
    let lines = steps.iter().flat_map(|step| {
        let statements = step.statements.iter().map(ToString::to_string);
        [format!("-- {} ({})", step.title, step.object)].into_iter().chain(statements)
    });
    lines.collect()
}

/// A few rows in every table that takes them.
async fn fill(connection: &mut sqlx::PgConnection) {
    const COLUMNS: &str = "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), \
         format_type(a.atttypid, a.atttypmod) \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition \
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY c.oid, a.attnum";
    sqlx::raw_sql("SET search_path = ''").execute(&mut *connection).await.unwrap();
    let rows = sqlx::query(COLUMNS).fetch_all(&mut *connection).await.unwrap();
    let columns: Vec<(String, String, String)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    sqlx::raw_sql(AssertSqlSafe(generate::filling(&columns))).execute(&mut *connection).await.unwrap();
}

async fn answers(connection: &mut sqlx::PgConnection, queries: &[String]) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for query in queries {
        let answer = sqlx::raw_sql(AssertSqlSafe(query.clone())).fetch_one(&mut *connection).await;
        all.push(answer.map_err(|error| format!("{error}: {query}"))?.get(0));
    }
    Ok(all)
}
