//! The lock that keeps other appliers out.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{Event, Listener, Options};
use crate::{Error, Reach, Session};

/// Prepares the connection and takes the lock.
pub(super) async fn enter(
    session: &mut dyn Session,
    reach: Reach,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let mut queue = Queue::join(session, reach, options).await?;
    while !queue.turn(session, options, listener).await? {}
    Ok(())
}

/// Waiting for the lock, with a connection that is prepared.
pub(super) struct Queue {
    reach: Reach,
    joined: Instant,
    attempt: u32,
}

impl Queue {
    /// Prepares the connection.
    pub(super) async fn join(
        session: &mut dyn Session,
        reach: Reach,
        options: &Options,
    ) -> Result<Self, Error> {
        let prepared = session.prepare(options.lock_timeout).await;
        out_again(session, prepared).await?;
        Ok(Self { reach, joined: Instant::now(), attempt: 0 })
    }

    /// Takes the lock if it is free, and otherwise waits a little.
    pub(super) async fn turn(
        &mut self,
        session: &mut dyn Session,
        options: &Options,
        listener: &Listener<'_>,
    ) -> Result<bool, Error> {
        let taken = session.try_lock(&self.reach).await;
        if out_again(session, taken).await? {
            return Ok(true);
        }
        let waited = self.joined.elapsed();
        if waited >= options.lock_wait {
            return out_again(session, Err(Error::Locked { waited })).await;
        }
        listener(&Event::Waiting { waited });
        pause(self.attempt, options.lock_wait.saturating_sub(waited)).await;
        self.attempt += 1;
        Ok(false)
    }

    /// Goes without having had the lock.
    pub(super) async fn go(self, session: &mut dyn Session) -> Result<(), Error> {
        leave(session, Ok(())).await
    }
}

/// Gives everything back after an error, which says more than one of the way back.
async fn out_again<T>(session: &mut dyn Session, result: Result<T, Error>) -> Result<T, Error> {
    if result.is_err() {
        let _ = session.unlock().await;
        let _ = session.restore().await;
    }
    result
}

/// Gives the lock and the connection back, whatever happened in between. The first error is the one that counts.
pub(super) async fn leave<T>(session: &mut dyn Session, result: Result<T, Error>) -> Result<T, Error> {
    let unlocked = session.unlock().await;
    let restored = session.restore().await;
    let value = result?;
    unlocked?;
    restored?;
    Ok(value)
}

/// Waits a little longer with each attempt, never the same time twice, and never beyond what is left.
pub(super) async fn pause(attempt: u32, left: Duration) {
    const FIRST: u64 = 25;
    const LONGEST: u64 = 1_000;
    let base = FIRST.saturating_mul(1 << attempt.min(10)).min(LONGEST);
    let noise = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
    let wait = Duration::from_millis(base / 2 + u64::from(noise) % base);
    futures_timer::Delay::new(wait.min(left)).await;
}
