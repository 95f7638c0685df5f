//! The judgement of a change: it succeeds, a second plan is empty, the dump is that of a database made directly, and the
//! rows are what they were.

use schema_core::diff::Renames;
use schema_core::plan::Step;
use schema_core::{
    Canonical, Database, Declared, Error, Hazard, HazardCode, Script, Session, Sql, plan_between,
};
use schema_postgres::PgSession;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::{TestDatabase, differences, execute, generate, probes, say, scope};

/// What became of a pair.
#[derive(Debug)]
pub enum Outcome {
    Equal,
    /// The generator made something that the server does not take.
    Invalid(String),
    /// The rows stand in the way, as was said before anything was changed. Where they were to go then, what followed
    /// is equal.
    Foreseen,
    /// The rows stand in the way, as the server said in the middle.
    Unforeseen(String),
    /// The planner does not do it, and said so.
    Refused(String),
    Failed(String),
}

/// A schema to be reached, as the server makes it directly.
pub struct State {
    pub script: String,
    wanted: Canonical,
    dump: Vec<String>,
}

impl State {
    pub fn database(&self) -> &Database {
        &self.wanted.database
    }
}

/// Two databases of one server that are led from one schema to another again and again. Their connections stay: to
/// connect takes longer than most of what is asked.
pub struct Bench {
    from: Side,
    to: Side,
    /// To the first database, for its rows.
    rows: PgConnection,
}

/// A database with a session on it.
struct Side {
    database: TestDatabase,
    session: PgSession,
}

impl Side {
    async fn new(server: &str) -> Self {
        let database = TestDatabase::reusable(server).await;
        let session = database.session().await;
        Self { database, session }
    }

    async fn run(&mut self, sql: String) -> Result<(), String> {
        self.session.execute(&Sql::new(sql)).await.map_err(|error| error.to_string())
    }

    async fn empty(&mut self) {
        let sql = self.database.emptying();
        if let Err(error) = self.run(sql.clone()).await {
            panic!("{error}\n{sql}");
        }
        self.empty_settings().await;
    }

    async fn empty_settings(&mut self) {
        self.run("RESET ALL".to_owned()).await.unwrap();
    }
}

/// The rows in the tables while a pair is tried.
#[derive(Clone, Copy, PartialEq)]
pub enum Rows {
    Without,
    /// Where they stand in the way, it ends there.
    Stop,
    /// Where they stand in the way, they go.
    Yield,
}

impl Bench {
    pub async fn new(server: &str) -> Self {
        let from = Side::new(server).await;
        let rows = from.database.connection().await;
        Self { from, to: Side::new(server).await, rows }
    }

    pub async fn gone(self) {
        self.from.database.gone().await;
        self.to.database.gone().await;
    }

    /// Leads a database from one script's schema to another's.
    pub async fn judge(&mut self, before: &str, after: &str, renames: &Renames) -> Outcome {
        let state = match self.state(after, true).await {
            Ok(state) => state,
            Err(outcome) => return outcome,
        };
        match self.make(before).await {
            Ok(()) => self.lead(&state, renames, Rows::Stop).await,
            Err(error) => Outcome::Invalid(error),
        }
    }

    /// What the server makes of a script: read in a scratch database, as a declared schema always is, or where it is
    /// made anyway, which is quicker.
    pub async fn state(&mut self, script: &str, scratch: bool) -> Result<State, Outcome> {
        self.to.empty().await;
        self.to.run(script.to_owned()).await.map_err(Outcome::Invalid)?;
        let dump = self.to.database.dumping();
        let found = if scratch {
            let script = Script { name: "after.sql".to_owned(), text: script.to_owned() };
            let declared = Declared { scripts: vec![script], ..Declared::default() };
            self.to.session.canonicalize(&declared, &scope()).await
        } else {
            self.to.session.inspect(&scope()).await
        };
        let found = found.map_err(|error| Outcome::Failed(format!("what is wanted: {error}")))?;
        if let Some(finding) = found.unmodelled.first() {
            return Err(Outcome::Invalid(format!("unmodelled: {} ({})", finding.object, finding.reason)));
        }
        Ok(State { script: script.to_owned(), wanted: found.schema, dump: dump.join().unwrap() })
    }

    /// What the server dumps when it has run what it takes of these statements.
    pub async fn made_of(&mut self, statements: &[String]) -> String {
        self.to.empty().await;
        for statement in statements {
            let _ = self.to.run(statement.clone()).await;
        }
        self.to.empty_settings().await;
        self.to.database.dumped()
    }

    /// Makes the first database what a script says.
    pub async fn make(&mut self, script: &str) -> Result<(), String> {
        self.from.empty().await;
        self.from.run(script.to_owned()).await
    }

    /// What is told of the rows of a database before it is led to another schema, and what the server says when it is led
    /// there all the same.
    pub async fn ask(&mut self, before: &str, to: &State) -> (Vec<String>, Result<(), String>) {
        self.make(before).await.unwrap_or_else(|error| panic!("{error}\n{before}"));
        let session = &mut self.from.session;
        let found = session.inspect(&scope()).await.unwrap().schema;
        let (declared, renames) = (Declared::default(), Renames::default());
        let plan = plan_between(session.dialect(), &found, &to.wanted, &declared, &renames).unwrap();
        let findings = probes(session, &plan).await.unwrap_or_else(|error| vec![error.to_string()]);
        (findings, execute(session, &plan.steps).await)
    }

    /// Leads the first database from what it is to what it is to be.
    pub async fn lead(&mut self, to: &State, renames: &Renames, rows: Rows) -> Outcome {
        let mut shown = Vec::new();
        let outcome = self.change(to, renames, rows, &mut shown).await.unwrap_or_else(Outcome::Failed);
        if std::env::var_os("GROUNDPLAN_SHOW").is_some() {
            say!("--- to\n{}\n--- plan", to.script);
            for sql in shown {
                say!("{sql};");
            }
        }
        outcome
    }

    async fn change(
        &mut self,
        to: &State,
        renames: &Renames,
        rows: Rows,
        shown: &mut Vec<String>,
    ) -> Result<Outcome, String> {
        let session = &mut self.from.session;
        let said = |what: &'static str| move |error: Error| format!("{what}: {error}");
        let found = session.inspect(&scope()).await.map_err(said("inspect"))?;
        if let Some(finding) = found.unmodelled.first() {
            return Err(format!("unmodelled: {} ({})", finding.object, finding.reason));
        }
        let before = found.schema;
        let mut sums = Vec::new();
        if rows != Rows::Without {
            // The rows of the last change would soon be many of the same.
            clear(&mut self.rows).await;
            fill(&mut self.rows).await;
            sums = generate::sums(&before.database, &to.wanted.database);
        }
        let counted = answers(&mut self.rows, &sums).await?;
        let dialect = session.dialect();
        let plan = match plan_between(dialect, &before, &to.wanted, &Declared::default(), renames) {
            Ok(plan) => plan,
            Err(error @ Error::Unsupported { .. }) => return Ok(Outcome::Refused(error.to_string())),
            Err(error) => return Err(format!("plan: {error}")),
        };
        shown.extend(statements(&plan.steps));
        let lost = [HazardCode::DropTable, HazardCode::DropColumn];
        let is_lost = |hazard: &Hazard| lost.contains(&hazard.code);
        if !renames.is_empty() && plan.steps.iter().any(|step| step.hazards.iter().any(is_lost)) {
            return Err(format!("more is lost than a name:\n{}", shown.join("\n")));
        }
        let mut outcome = Outcome::Equal;
        if rows != Rows::Without && !probes(session, &plan).await.map_err(said("probe"))?.is_empty() {
            outcome = Outcome::Foreseen;
            if rows == Rows::Stop {
                return Ok(outcome);
            }
            clear(&mut self.rows).await;
            sums = Vec::new();
        }
        if let Err(error) = execute(session, &plan.steps).await {
            // Data exceptions and violated constraints.
            let about_rows = ["(22", "(23"].iter().any(|class| error.contains(class));
            let has_rows = rows != Rows::Without && matches!(outcome, Outcome::Equal);
            return if about_rows && has_rows { Ok(Outcome::Unforeseen(error)) } else { Err(error) };
        }
        let dump = self.from.database.dumping();
        let now = session.inspect(&scope()).await.map_err(said("inspect again"))?.schema;
        let again =
            plan_between(session.dialect(), &now, &to.wanted, &Declared::default(), &Renames::default())
                .map_err(said("plan again"))?;
        if !again.steps.is_empty() {
            return Err(format!("a second plan has steps:\n{}", statements(&again.steps).join("\n")));
        }
        if let Some(problem) = differences(&to.dump, &dump.join().unwrap()) {
            return Err(format!("the dumps differ\n{problem}"));
        }
        let counted_again = answers(&mut self.rows, &sums).await?;
        if let Some((old, new)) = counted.iter().zip(&counted_again).find(|(old, new)| old != new) {
            return Err(format!("rows changed: {old} became {new}"));
        }
        Ok(outcome)
    }
}

fn statements(steps: &[Step]) -> Vec<String> {
    let lines = steps.iter().flat_map(|step| {
        let statements = step.statements.iter().map(ToString::to_string);
        [format!("-- {} ({})", step.title, step.object)].into_iter().chain(statements)
    });
    lines.collect()
}

/// A few rows in every table that takes them.
async fn fill(connection: &mut PgConnection) {
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
    sqlx::raw_sql(generate::CONTRADICTING).execute(&mut *connection).await.unwrap();
}

/// Deletes all rows, also those that materialized views hold.
async fn clear(connection: &mut PgConnection) {
    const CLEAR: &str = "DO $$ DECLARE tables text; view regclass; BEGIN \
         SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ') INTO tables \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema'); \
         SET LOCAL session_replication_role = replica; \
         IF tables IS NOT NULL THEN EXECUTE 'TRUNCATE ' || tables || ' CASCADE'; END IF; \
         FOR view IN SELECT c.oid FROM pg_class c WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.oid \
         LOOP EXECUTE format('REFRESH MATERIALIZED VIEW %s', view); END LOOP; END $$";
    sqlx::raw_sql(CLEAR).execute(connection).await.unwrap();
}

async fn answers(connection: &mut PgConnection, queries: &[String]) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for query in queries {
        let answer = sqlx::raw_sql(AssertSqlSafe(query.clone())).fetch_one(&mut *connection).await;
        all.push(answer.map_err(|error| format!("{error}: {query}"))?.get(0));
    }
    Ok(all)
}
