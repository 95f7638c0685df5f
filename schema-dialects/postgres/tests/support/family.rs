//! Schemas of one family, led from each to each other one.

use schema_core::diff::Renames;

use super::judge::{Bench, Outcome, Rows, State};
use super::say;

/// A way through a family on which each schema becomes each other one once.
const WAY: [usize; 13] = [0, 1, 0, 2, 0, 3, 1, 2, 1, 3, 2, 3, 0];
pub const PAIRS_PER_FAMILY: u64 = WAY.len() as u64 - 1;

/// What became of pairs.
#[derive(Default)]
pub struct Counts {
    equal: u32,
    foreseen: u32,
    unforeseen: u32,
    refused: u32,
    invalid: u32,
    failures: Vec<String>,
}

impl Counts {
    /// Tells them.
    pub fn tell(&self, version: u32) {
        let Self { equal, foreseen, unforeseen, refused, invalid, failures } = self;
        say!(
            "PostgreSQL {version}: {equal} pairs equal ({foreseen} with rows in the way, {unforeseen} not foreseen), \
             {refused} refused, {invalid} not valid, {} failed",
            failures.len()
        );
    }

    /// Tells them; which pairs failed.
    pub fn told(self, version: u32) -> Vec<String> {
        self.tell(version);
        self.failures
    }
}

/// Leads a database along the way through a family.
pub async fn lead_around(
    bench: &mut Bench,
    family: &str,
    scripts: &[String],
    scratch: bool,
    counts: &mut Counts,
) {
    let mut states: Vec<State> = Vec::new();
    for script in scripts {
        match bench.state(script, scratch).await {
            Ok(state) => states.push(state),
            Err(Outcome::Invalid(why)) => {
                say!("{family}: not valid: {why}");
                counts.invalid += 1;
                return;
            }
            Err(other) => {
                say!("{family} FAILED: {other:?}\n");
                counts.failures.push(family.to_owned());
                return;
            }
        }
    }
    // Whether the database is what the last pair should have made of it.
    let mut is_there = false;
    for pair in WAY.windows(2) {
        let name = format!("{family} from {} to {}", pair[0], pair[1]);
        let (from, to) = (&states[pair[0]], &states[pair[1]]);
        // Where its rows stand in the way in the middle, a pair is tried without them.
        for rows in [Rows::Yield, Rows::Without] {
            if !std::mem::replace(&mut is_there, true) {
                bench.make(&from.script).await.unwrap();
            }
            match bench.lead(to, &Renames::default(), rows).await {
                Outcome::Equal => counts.equal += 1,
                Outcome::Foreseen => {
                    counts.equal += 1;
                    counts.foreseen += 1;
                }
                other => {
                    is_there = false;
                    match other {
                        Outcome::Unforeseen(why) => {
                            counts.unforeseen += 1;
                            say!("{name}: not foreseen: {why}");
                            continue;
                        }
                        Outcome::Refused(why) => {
                            counts.refused += 1;
                            say!("{name}: refused: {why}");
                        }
                        failed => {
                            say!("{name} FAILED: {failed:?}\n");
                            counts.failures.push(name.clone());
                        }
                    }
                }
            }
            break;
        }
    }
}
