//! What Groundplan remembers in the database itself: what it owns, what it did, and what it was about to do.
//!
//! Three tables: `groundplan_state` (a value by key), `groundplan_run` (a row for each plan that was applied, with
//! the plan), `groundplan_step` (a row for each step, written before it starts and when it is done).

mod owned;
mod run;
mod state;
mod value;

use sea_query::{Alias, ColumnDef, TableRef};

pub use run::{Run, RunDetails, RunOutcome, StepTimes, history};
pub(crate) use run::{StepDone, UnfinishedRun, now};
pub(crate) use state::Memory;
use state::{FORMAT, Key};

use crate::{Error, Fingerprint, LedgerStatement, Scope, ScopeSchemas, Session};

const STATE: &str = "groundplan_state";
const RUN: &str = "groundplan_run";
const STEP: &str = "groundplan_step";

/// How often others may come first before something else must be wrong.
const OTHERS: usize = 20;

/// The ledger of one database, in the place where its dialect keeps it.
///
/// Who works on named schemas alone has a memory of their own there: others, who work on other schemas of the same
/// database, neither share it nor lose theirs by it.
pub(crate) struct Ledger<'a> {
    session: &'a mut dyn Session,
    /// What stands for the named schemas; nothing for the whole database.
    scope: Option<String>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(session: &'a mut dyn Session, scope: &Scope) -> Self {
        let scope = match &scope.schemas {
            ScopeSchemas::All => None,
            ScopeSchemas::Named(names) => {
                let mut names = names.clone();
                names.sort();
                names.dedup();
                Some(Fingerprint::of(&names).short().to_owned())
            }
        };
        Self { session, scope }
    }

    fn table(&self, name: &'static str) -> TableRef {
        let table = Alias::new(name);
        match self.session.dialect().ledger_schema() {
            Some(schema) => (Alias::new(schema.as_str()), table).into(),
            None => table.into(),
        }
    }

    /// Makes the tables where they do not exist. Those who work on other schemas may be doing the same, and engines
    /// race on `IF NOT EXISTS`: whoever loses looks again.
    pub(crate) async fn create(&mut self) -> Result<(), Error> {
        let mut attempt = 0;
        while !self.session.has_ledger().await? {
            match self.create_tables().await {
                Err(_) if attempt < OTHERS => attempt += 1,
                made => return made,
            }
        }
        Ok(())
    }

    async fn create_tables(&mut self) -> Result<(), Error> {
        let text = Alias::new(self.session.dialect().text_type());
        let long = |name: &'static str| ColumnDef::new(name).custom(text.clone()).to_owned();
        let number = |name: &'static str| ColumnDef::new(name).big_integer().to_owned();
        let state = sea_query::Table::create()
            .table(self.table(STATE))
            .if_not_exists()
            .col(ColumnDef::new("name").string_len(64).not_null().primary_key())
            .col(long("value").not_null())
            .to_owned();
        let run = sea_query::Table::create()
            .table(self.table(RUN))
            .if_not_exists()
            .col(number("id").not_null().primary_key())
            .col(ColumnDef::new("plan_hash").string_len(64).not_null())
            .col(number("steps").not_null())
            .col(number("started_at").not_null())
            .col(number("finished_at"))
            .col(ColumnDef::new("outcome").string_len(16))
            .col(long("actor"))
            .col(ColumnDef::new("version").string_len(32).not_null())
            .col(long("plan").not_null())
            .col(long("approval"))
            .col(ColumnDef::new("scope").string_len(64))
            .to_owned();
        let step = sea_query::Table::create()
            .table(self.table(STEP))
            .if_not_exists()
            .col(number("run_id").not_null())
            .col(number("step").not_null())
            .col(number("begun_at").not_null())
            .col(number("done_at"))
            .col(long("error"))
            .primary_key(sea_query::Index::create().col("run_id").col("step"))
            .to_owned();
        // The table of states comes last: it stands for all of them, whenever this is interrupted.
        for table in [run, step, state] {
            self.session.ledger(&LedgerStatement::Create(table)).await?;
        }
        self.set(Key::Format, FORMAT).await
    }
}
