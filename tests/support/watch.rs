//! A session that tells a watcher what it is about to do and what it has done.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use groundplan::core::plan::Lock;
use groundplan::core::{
    Blocker, Cell, Connect, Declared, Dialect, Error, Inspection, LedgerStatement, Reach, Scope, Session,
    Sql, TableSizes, Waits,
};

/// A call that changes something in the database.
#[derive(Clone, Copy, Debug)]
pub enum Call<'a> {
    Begin,
    Commit,
    Execute(&'a str),
    Ledger,
}

/// Is told of every such call, before it is made and after it has succeeded.
#[async_trait]
pub trait Watcher: Send + Sync {
    async fn before(&self, _call: Call<'_>) {}
    async fn after(&self, _call: Call<'_>) {}
}

/// Writes down the statements that went well, those of a transaction once it is committed.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Record>);

#[derive(Debug, Default)]
struct Record {
    committed: Vec<String>,
    open: Option<Vec<String>>,
    calls: usize,
    told: Vec<usize>,
}

impl Recorder {
    pub fn committed(&self) -> Vec<String> {
        self.0.lock().unwrap().committed.clone()
    }

    pub fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    /// The numbers of the calls that are not for the ledger.
    pub fn told(&self) -> Vec<usize> {
        self.0.lock().unwrap().told.clone()
    }
}

#[async_trait]
impl Watcher for Recorder {
    async fn before(&self, call: Call<'_>) {
        let mut record = self.0.lock().unwrap();
        record.calls += 1;
        let number = record.calls;
        match call {
            Call::Begin | Call::Commit | Call::Execute(_) => record.told.push(number),
            Call::Ledger => {}
        }
    }

    async fn after(&self, call: Call<'_>) {
        let mut record = self.0.lock().unwrap();
        let Record { committed, open, .. } = &mut *record;
        match call {
            Call::Begin => *open = Some(Vec::new()),
            Call::Commit => committed.extend(open.take().into_iter().flatten()),
            Call::Execute(sql) => open.as_mut().unwrap_or(committed).push(sql.to_owned()),
            Call::Ledger => {}
        }
    }
}

/// Opens watched sessions on a database.
pub struct Watched<'a, C> {
    pub database: &'a C,
    pub watcher: Arc<dyn Watcher>,
}

#[async_trait]
impl<C: Connect<C>> Connect<WatchedSession> for Watched<'_, C> {
    async fn connect(&self) -> Result<Box<dyn Session>, Error> {
        let session = self.database.connect().await?;
        Ok(Box::new(WatchedSession { session, watcher: Arc::clone(&self.watcher) }))
    }
}

pub struct WatchedSession {
    session: Box<dyn Session>,
    watcher: Arc<dyn Watcher>,
}

#[async_trait]
impl Session for WatchedSession {
    fn dialect(&self) -> &dyn Dialect {
        self.session.dialect()
    }

    async fn target(&mut self) -> Result<String, Error> {
        self.session.target().await
    }

    async fn inspect(&mut self, scope: &Scope) -> Result<Inspection, Error> {
        self.session.inspect(scope).await
    }

    async fn canonicalize(&mut self, declared: &Declared, scope: &Scope) -> Result<Inspection, Error> {
        self.session.canonicalize(declared, scope).await
    }

    async fn sizes(&mut self, scope: &Scope) -> Result<TableSizes, Error> {
        self.session.sizes(scope).await
    }

    async fn change_stamp(&mut self, scope: &Scope) -> Result<Option<String>, Error> {
        self.session.change_stamp(scope).await
    }

    async fn try_lock(&mut self, reach: &Reach) -> Result<bool, Error> {
        self.session.try_lock(reach).await
    }

    async fn unlock(&mut self) -> Result<(), Error> {
        self.session.unlock().await
    }

    async fn prepare(&mut self, lock_timeout: Duration) -> Result<(), Error> {
        self.session.prepare(lock_timeout).await
    }

    async fn limit_waits(&mut self, waits: Waits) -> Result<(), Error> {
        self.session.limit_waits(waits).await
    }

    async fn restore(&mut self) -> Result<(), Error> {
        self.session.restore().await
    }

    async fn begin(&mut self) -> Result<(), Error> {
        self.watcher.before(Call::Begin).await;
        self.session.begin().await?;
        self.watcher.after(Call::Begin).await;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Error> {
        self.watcher.before(Call::Commit).await;
        self.session.commit().await?;
        self.watcher.after(Call::Commit).await;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), Error> {
        self.session.rollback().await
    }

    async fn execute(&mut self, statement: &Sql) -> Result<(), Error> {
        self.watcher.before(Call::Execute(statement.as_str())).await;
        self.session.execute(statement).await?;
        self.watcher.after(Call::Execute(statement.as_str())).await;
        Ok(())
    }

    async fn count(&mut self, query: &Sql, limit: Duration) -> Result<u64, Error> {
        self.session.count(query, limit).await
    }

    async fn blockers(&mut self, touched: &[Lock], longer_than: Duration) -> Result<Vec<Blocker>, Error> {
        self.session.blockers(touched, longer_than).await
    }

    async fn ledger(&mut self, statement: &LedgerStatement) -> Result<Vec<Vec<Cell>>, Error> {
        if matches!(statement, LedgerStatement::Select(_)) {
            return self.session.ledger(statement).await;
        }
        self.watcher.before(Call::Ledger).await;
        let rows = self.session.ledger(statement).await?;
        self.watcher.after(Call::Ledger).await;
        Ok(rows)
    }

    async fn user(&mut self) -> Result<Option<String>, Error> {
        self.session.user().await
    }

    async fn has_ledger(&mut self) -> Result<bool, Error> {
        self.session.has_ledger().await
    }
}
