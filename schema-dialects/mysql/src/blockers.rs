//! Who holds what a plan needs.

use std::fmt::Write as _;
use std::time::Duration;

use schema_core::plan::Lock;
use schema_core::{Blocker, BlockerKind, Error, QualifiedName, Sql};

use crate::server::{self, Server};
use crate::{Flavour, quote};

/// Any lock on a table keeps a change of it waiting, were it for an instant.
pub(crate) async fn find(
    server: &mut Server,
    touched: &[Lock],
    longer_than: Duration,
) -> Result<Vec<Blocker>, Error> {
    let mut tables: Vec<QualifiedName> =
        touched.iter().map(|lock| lock.object.table_name().unwrap_or(lock.object.qualified_name())).collect();
    tables.sort();
    tables.dedup();
    let mut found = prepared(server).await?;
    let Some(holders) = holders(server, &tables, longer_than).await? else {
        found.extend(unnamed(server, longer_than).await?);
        return Ok(found);
    };
    let rows = server.query(&holders).await?;
    let blocker = |row| {
        let name = server::text(row, "name")?;
        Some(Blocker {
            kind: BlockerKind::Transaction,
            count: server::number(row, "holders").unwrap_or_default(),
            seconds: server::number(row, "seconds").unwrap_or_default(),
            show: Sql::new(show(server.flavour, &name)),
            table: Some(QualifiedName::new(name)),
        })
    };
    found.extend(rows.iter().filter_map(blocker));
    Ok(found)
}

/// Transactions that are prepared: they hold their locks without a connection, and nobody is told on which tables.
async fn prepared(server: &mut Server) -> Result<Vec<Blocker>, Error> {
    const SHOW: &str = "XA RECOVER";
    let rows = match server.query(SHOW).await {
        Ok(rows) => rows,
        // Not everybody may look there.
        Err(error) if error.database_code().is_some() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let found = Blocker { kind: BlockerKind::Prepared, table: None, count, seconds: 0, show: Sql::new(SHOW) };
    Ok(if count > 0 { vec![found] } else { Vec::new() })
}

/// The query for those who hold locks on these tables; nothing where the server does not tell.
async fn holders(
    server: &mut Server,
    tables: &[QualifiedName],
    longer_than: Duration,
) -> Result<Option<String>, Error> {
    let mut names = String::from("NULL");
    for table in tables {
        // Writing into a String cannot fail.
        let _ = write!(names, ", {}", quote::string(table.name.as_str()));
    }
    let seconds = longer_than.as_secs();
    let (from, name, condition) = match server.flavour {
        Flavour::MySql => (
            "performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id \
             JOIN information_schema.processlist p ON p.id = t.processlist_id",
            "m.object_name",
            "m.object_type = 'TABLE' AND m.lock_status = 'GRANTED' AND m.object_schema = DATABASE()",
        ),
        Flavour::MariaDb => (
            "information_schema.metadata_lock_info m JOIN information_schema.processlist p ON p.id = m.thread_id",
            "m.table_name",
            "m.lock_type = 'Table metadata lock' AND m.table_schema = DATABASE()",
        ),
    };
    if !tells(server).await? {
        return Ok(None);
    }
    let held = "COALESCE(TIMESTAMPDIFF(SECOND, x.trx_started, NOW()), p.time)";
    Ok(Some(format!(
        "SELECT CAST({name} AS CHAR) AS name, CAST(COUNT(DISTINCT p.id) AS UNSIGNED) AS holders, \
         CAST(MAX({held}) AS UNSIGNED) AS seconds FROM {from} \
         LEFT JOIN information_schema.innodb_trx x ON x.trx_mysql_thread_id = p.id \
         WHERE {condition} AND {name} IN ({names}) AND p.id <> CONNECTION_ID() AND {held} >= {seconds} \
         GROUP BY {name} ORDER BY {name}"
    )))
}

/// Whether the server lists metadata locks: MySQL where its performance schema does, MariaDB with a plugin.
async fn tells(server: &mut Server) -> Result<bool, Error> {
    let query = match server.flavour {
        Flavour::MySql => {
            "SELECT CAST(COUNT(*) AS UNSIGNED) AS tells FROM performance_schema.setup_instruments \
             WHERE name = 'wait/lock/metadata/sql/mdl' AND enabled = 'YES'"
        }
        Flavour::MariaDb => {
            "SELECT CAST(COUNT(*) AS UNSIGNED) AS tells FROM information_schema.plugins \
             WHERE plugin_name = 'METADATA_LOCK_INFO' AND plugin_status = 'ACTIVE'"
        }
    };
    match server.query(query).await {
        Ok(rows) => Ok(rows.first().and_then(|row| server::number(row, "tells")).unwrap_or_default() > 0),
        // Not everybody may look there.
        Err(error) if error.database_code().is_some() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Long transactions, of which nobody knows which tables they hold.
async fn unnamed(server: &mut Server, longer_than: Duration) -> Result<Vec<Blocker>, Error> {
    let query = format!(
        "SELECT CAST(COUNT(*) AS UNSIGNED) AS holders, \
         CAST(COALESCE(MAX(TIMESTAMPDIFF(SECOND, trx_started, NOW())), 0) AS UNSIGNED) AS seconds \
         FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID() \
         AND TIMESTAMPDIFF(SECOND, trx_started, NOW()) >= {}",
        longer_than.as_secs()
    );
    let rows = match server.query(&query).await {
        Ok(rows) => rows,
        Err(error) if error.database_code().is_some() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let count = rows.first().and_then(|row| server::number(row, "holders")).unwrap_or_default();
    let seconds = rows.first().and_then(|row| server::number(row, "seconds")).unwrap_or_default();
    let show =
        Sql::new("SELECT trx_mysql_thread_id, trx_started, trx_state FROM information_schema.innodb_trx");
    let found = Blocker { kind: BlockerKind::Transaction, table: None, count, seconds, show };
    Ok(if count > 0 { vec![found] } else { Vec::new() })
}

fn show(flavour: Flavour, table: &str) -> String {
    let name = quote::string(table);
    match flavour {
        Flavour::MySql => format!(
            "SELECT t.processlist_id, t.processlist_user, t.processlist_host, m.lock_type FROM \
             performance_schema.metadata_locks m JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id \
             WHERE m.object_schema = DATABASE() AND m.object_name = {name}"
        ),
        Flavour::MariaDb => format!(
            "SELECT * FROM information_schema.metadata_lock_info WHERE table_schema = DATABASE() AND table_name = {name}"
        ),
    }
}
