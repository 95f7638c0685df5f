//! Scratch databases: made from `template0` like the target, and dropped afterwards.

use std::time::{SystemTime, UNIX_EPOCH};

use schema_core::Error;
use sqlx::{AssertSqlSafe, Connection, FromRow, PgConnection};

use crate::render::push;
use crate::{PgSession, connect, error, quote};

/// What scratch databases and schemas are called; inspection leaves them out.
const PREFIX: &str = "gp_scratch_";

/// A scratch database older than this belongs to nobody any more.
const STALE_SECONDS: u64 = 3600;

/// A scratch database with a connection to it.
pub(super) struct Scratch {
    pub(super) connection: PgConnection,
    pub(super) version: schema_core::Version,
    name: String,
}

/// A name that nothing else has.
pub(super) fn name() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let random = RandomState::new().build_hasher().finish();
    format!("{PREFIX}{random:016x}")
}

#[derive(FromRow)]
struct Locale {
    encoding: String,
    collate: String,
    ctype: String,
    provider: String,
    name: Option<String>,
}

const LOCALE: &str = "SELECT pg_catalog.pg_encoding_to_char(d.encoding)::text AS encoding, \
 d.datcollate::text AS collate, d.datctype::text AS ctype, \
 coalesce(pg_catalog.to_jsonb(d) ->> 'datlocprovider', 'c') AS provider, \
 coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS name \
 FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/// Makes a scratch database with the encoding and locale of the target.
pub(super) async fn create(session: &mut PgSession) -> Result<Scratch, Error> {
    remove_stale(&mut session.connection).await?;
    let locale: Locale = sqlx::query_as(LOCALE)
        .persistent(false)
        .fetch_one(&mut session.connection)
        .await
        .map_err(error::query)?;
    let name = name();
    let mut sql = format!(
        "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
        quote::name(&name),
        quote::literal(&locale.encoding),
        quote::literal(&locale.collate),
        quote::literal(&locale.ctype),
    );
    match (locale.provider.as_str(), &locale.name) {
        ("i", Some(icu)) => {
            push(&mut sql, format_args!(" LOCALE_PROVIDER icu ICU_LOCALE {}", quote::literal(icu)));
        }
        ("b", Some(builtin)) => {
            push(
                &mut sql,
                format_args!(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {}", quote::literal(builtin)),
            );
        }
        _ => {}
    }
    run(&mut session.connection, sql).await.map_err(|error| match error {
        Error::Database { message, .. } => Error::Input(format!(
            "SQL scripts are read in a scratch database, which cannot be made here: {message}; grant CREATEDB, or give \
             the URL of a server where it may be made as the dev URL"
        )),
        other => other,
    })?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let mark = format!(
        "COMMENT ON DATABASE {} IS {}",
        quote::name(&name),
        quote::literal(&format!("groundplan scratch {now}"))
    );
    run(&mut session.connection, mark).await?;
    let opened = connect::beside(&session.options, &name).await;
    match opened {
        Ok(connection) => {
            use schema_core::Dialect;
            Ok(Scratch { connection, version: session.dialect.version(), name })
        }
        Err(error) => {
            run(&mut session.connection, format!("DROP DATABASE IF EXISTS {}", quote::name(&name))).await?;
            Err(error)
        }
    }
}

/// Drops a scratch database.
pub(super) async fn drop(session: &mut PgSession, scratch: Scratch) -> Result<(), Error> {
    let Scratch { connection, name, .. } = scratch;
    // A connection that does not close cleanly is ended by FORCE.
    connection.close().await.or_else(|_| Ok::<(), Error>(()))?;
    run(&mut session.connection, format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quote::name(&name))).await
}

/// Drops what was left by processes that died: scratch databases that are old, by their own comment, and that nobody
/// is connected to.
async fn remove_stale(connection: &mut PgConnection) -> Result<(), Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
    let oldest = i64::try_from(now.saturating_sub(STALE_SECONDS)).unwrap_or_default();
    let stale: Vec<String> = sqlx::query_scalar(
        "SELECT d.datname::text FROM pg_catalog.pg_database d \
         JOIN pg_catalog.pg_shdescription c ON c.objoid = d.oid AND c.classoid = 1262 \
         WHERE d.datname LIKE 'gp\\_scratch\\_%' AND c.description ~ '^groundplan scratch [0-9]{1,12}$' \
           AND pg_catalog.split_part(c.description, ' ', 3)::int8 < $1 \
           AND pg_catalog.pg_has_role(d.datdba, 'USAGE') \
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
    )
    .bind(oldest)
    .persistent(false)
    .fetch_all(&mut *connection)
    .await
    .map_err(error::query)?;
    for name in stale {
        // Another process may be doing the same.
        let _gone = run(connection, format!("DROP DATABASE IF EXISTS {}", quote::name(&name))).await;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(std::mem::drop).map_err(error::query)
}
