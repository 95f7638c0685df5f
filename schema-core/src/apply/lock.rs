//! The lock that keeps other appliers of the same database out.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::{Event, Listener, Options};
use crate::{Error, Session};

/// Prepares the connection and takes the lock.
pub(super) async fn enter(
    session: &mut dyn Session,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let result = match session.prepare(options.lock_timeout).await {
        Ok(()) => wait_for_lock(session, options, listener).await,
        Err(error) => Err(error),
    };
    if result.is_err() {
        // The error that kept us out says more than one of the way back.
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

async fn wait_for_lock(
    session: &mut dyn Session,
    options: &Options,
    listener: &Listener<'_>,
) -> Result<(), Error> {
    let started = Instant::now();
    let mut attempt = 0;
    while !session.try_lock().await? {
        let waited = started.elapsed();
        if waited >= options.lock_wait {
            return Err(Error::Locked { waited });
        }
        listener(&Event::Waiting { waited });
        pause(attempt, options.lock_wait.saturating_sub(waited)).await;
        attempt += 1;
    }
    Ok(())
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
