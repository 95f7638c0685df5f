//! The lock that keeps other appliers out, made of advisory locks.
//!
//! Whoever reaches the whole database holds its key alone. Whoever reaches some schemas shares that key with others who
//! do, and holds the key of each of those schemas alone. In front of both is a door, which is held for a moment only,
//! except by those who wait for the whole database: behind them nobody else gets in, so that their turn comes.

use std::collections::BTreeSet;

use schema_core::{Error, Fingerprint, Reach, ScopeSchemas};
use sqlx::PgConnection;

use crate::error;

/// One advisory lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    number: i64,
    shared: bool,
}

impl Key {
    fn alone(of: &impl serde::Serialize) -> Self {
        let hash = Fingerprint::of(of);
        let number = i64::from_str_radix(hash.as_str().get(..15).unwrap_or_default(), 16);
        Self { number: number.unwrap_or_default(), shared: false }
    }

    fn shared(of: &impl serde::Serialize) -> Self {
        Self { shared: true, ..Self::alone(of) }
    }
}

/// What a connection holds.
#[derive(Debug, Default)]
pub(super) struct Held(Vec<Key>);

impl Held {
    /// Takes everything that keeps others out of what is reached, or nothing but a place at the door.
    pub(super) async fn take(
        &mut self,
        connection: &mut PgConnection,
        database: &str,
        reach: &Reach,
    ) -> Result<bool, Error> {
        // The database's own key is as it was before there were others beside it.
        let (door, whole) = (("groundplan", database, "door"), ("groundplan", database));
        match &reach.schemas {
            ScopeSchemas::Named(names) if !reach.beyond => {
                let names: BTreeSet<_> = names.iter().collect();
                let schemas = names.iter().map(|name| Key::alone(&("groundplan", database, "schema", name)));
                let door = Key::shared(&door);
                let mut all = [door, Key::shared(&whole)].into_iter().chain(schemas);
                let taken = loop {
                    let Some(key) = all.next() else { break true };
                    if !self.one(connection, key).await? {
                        break false;
                    }
                };
                if taken {
                    self.give_back(connection, |key| key == door).await?;
                } else {
                    self.all_back(connection).await?;
                }
                Ok(taken)
            }
            ScopeSchemas::Named(_) | ScopeSchemas::All => {
                let door = Key::alone(&door);
                let taken =
                    self.one(connection, door).await? && self.one(connection, Key::alone(&whole)).await?;
                if taken {
                    self.give_back(connection, |key| key == door).await?;
                }
                Ok(taken)
            }
        }
    }

    /// Gives everything back.
    pub(super) async fn all_back(&mut self, connection: &mut PgConnection) -> Result<(), Error> {
        self.give_back(connection, |_| true).await
    }

    async fn one(&mut self, connection: &mut PgConnection, key: Key) -> Result<bool, Error> {
        if self.0.contains(&key) {
            return Ok(true);
        }
        let try_it = if key.shared {
            "SELECT pg_catalog.pg_try_advisory_lock_shared($1)"
        } else {
            "SELECT pg_catalog.pg_try_advisory_lock($1)"
        };
        let taken = sqlx::query_scalar(try_it)
            .bind(key.number)
            .persistent(false)
            .fetch_one(connection)
            .await
            .map_err(error::query)?;
        if taken {
            self.0.push(key);
        }
        Ok(taken)
    }

    async fn give_back(
        &mut self,
        connection: &mut PgConnection,
        which: impl Fn(Key) -> bool,
    ) -> Result<(), Error> {
        let (given, kept): (Vec<Key>, Vec<Key>) =
            std::mem::take(&mut self.0).into_iter().partition(|key| which(*key));
        self.0 = kept;
        for shared in [false, true] {
            let numbers: Vec<i64> =
                given.iter().filter(|key| key.shared == shared).map(|key| key.number).collect();
            if numbers.is_empty() {
                continue;
            }
            let unlock = if shared {
                "SELECT pg_catalog.pg_advisory_unlock_shared(k) FROM pg_catalog.unnest($1::int8[]) k"
            } else {
                "SELECT pg_catalog.pg_advisory_unlock(k) FROM pg_catalog.unnest($1::int8[]) k"
            };
            sqlx::query(unlock)
                .bind(numbers)
                .persistent(false)
                .execute(&mut *connection)
                .await
                .map_err(error::query)?;
        }
        Ok(())
    }
}
