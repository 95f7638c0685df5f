//! How grave a hazard is where it stands: by the lock and the work of its step, the size of the tables, and whether
//! the live data is asked.

use std::time::Duration;

use super::{Hazard, HazardClass, Severity};
use crate::plan::{Step, Work};
use crate::{TableSize, TableSizes};

/// Whoever waits for less than this does not notice.
const UNNOTICED: Duration = Duration::from_millis(100);

/// Ten times what was measured for a row on a small machine (500,000 rows: scan 55 ms, index 200 ms, rewrite 365 ms).
fn for_a_row(work: Work) -> Duration {
    match work {
        Work::Metadata => Duration::ZERO,
        Work::Scan => Duration::from_nanos(1_100),
        Work::IndexBuild => Duration::from_micros(4),
        Work::Rewrite => Duration::from_nanos(7_300),
    }
}

/// What a slow disk manages: 50 MB/s read, 25 MB/s written.
fn for_a_byte(work: Work) -> Duration {
    match work {
        Work::Metadata => Duration::ZERO,
        Work::Scan => Duration::from_nanos(20),
        Work::IndexBuild | Work::Rewrite => Duration::from_nanos(40),
    }
}

/// How long the work on a table takes at most. Unknown sizes say nothing.
fn estimate(work: Work, size: TableSize) -> Option<Duration> {
    let times = |one: Duration, many: u64| one.saturating_mul(u32::try_from(many).unwrap_or(u32::MAX));
    let by_rows = size.rows.map(|rows| times(for_a_row(work), rows));
    let by_bytes = size.bytes.map(|bytes| times(for_a_byte(work), bytes));
    by_rows.max(by_bytes)
}

/// Whether everything that a step holds up by its locks is held up unnoticed. What is not known to be small is not.
fn is_unnoticed(step: &Step, sizes: &TableSizes) -> bool {
    let mut held: Vec<_> = step
        .locks
        .iter()
        .filter(|lock| lock.mode.blocks_writes())
        .map(|lock| sizes.tables.get(&lock.object.table_name().unwrap_or(lock.object.qualified_name())))
        .collect();
    held.dedup();
    let whole = held
        .into_iter()
        .map(|size| estimate(step.work, *size?))
        .try_fold(Duration::ZERO, |whole, table| Some(whole.saturating_add(table?)));
    !step.locks.is_empty() && whole.is_some_and(|whole| whole <= UNNOTICED)
}

/// Sets the severity of each of a step's hazards.
pub(crate) fn grade(step: &mut Step, sizes: &TableSizes) {
    let unnoticed = is_unnoticed(step, sizes);
    let graded: Vec<Severity> = step
        .hazards
        .iter()
        .map(|hazard| {
            let asked = || step.probes.iter().any(|probe| probe.stops() && probe.code == hazard.code);
            match hazard.class() {
                HazardClass::Blocking if unnoticed => Severity::Info,
                HazardClass::DataDependent if asked() => Severity::Info,
                HazardClass::Project => hazard.severity,
                class @ (HazardClass::DataLoss
                | HazardClass::Breaking
                | HazardClass::Blocking
                | HazardClass::DataDependent
                | HazardClass::Script
                | HazardClass::Notice) => class.severity(),
            }
        })
        .collect();
    let set = |(hazard, severity): (&mut Hazard, Severity)| {
        hazard.small = hazard.class() == HazardClass::Blocking && unnoticed;
        hazard.severity = severity;
    };
    step.hazards.iter_mut().zip(graded).for_each(set);
}

/// The step as its tables are now, where they have outgrown what it was made for.
pub(crate) fn outgrown(step: &Step, sizes: &TableSizes) -> Step {
    let mut now = step.clone();
    if !is_unnoticed(step, sizes) {
        for hazard in now.hazards.iter_mut().filter(|hazard| hazard.small && hazard.waived.is_none()) {
            (hazard.small, hazard.severity) = (false, hazard.class().severity());
        }
    }
    now
}

#[cfg(test)]
mod tests {
    use super::{grade, is_unnoticed};
    use crate::diff::Diff;
    use crate::plan::{LockMode, Probe, Work};
    use crate::{Hazard, HazardCode, Severity, Step, Table, TableSize, TableSizes};

    fn step(work: Work, codes: &[HazardCode]) -> Step {
        let table = Table::new("t");
        let step = Step::new(table.id(), "change it", Diff::identity()).work(work);
        let step = step.lock(LockMode::AccessExclusive, table.id());
        codes.iter().fold(step, |step, code| step.hazard(Hazard::new(*code, "because")))
    }

    fn sizes(rows: Option<u64>, bytes: Option<u64>) -> TableSizes {
        TableSizes { tables: [("t".into(), TableSize { rows, bytes })].into_iter().collect() }
    }

    fn severities(step: &Step, sizes: &TableSizes) -> Vec<Severity> {
        let mut step = step.clone();
        grade(&mut step, sizes);
        step.hazards.iter().map(|hazard| hazard.severity).collect()
    }

    #[test]
    fn ten_rows_are_not_forty_million() {
        let rewrite = step(Work::Rewrite, &[HazardCode::Rewrite]);
        assert_eq!(severities(&rewrite, &sizes(Some(10), Some(8_192))), [Severity::Info]);
        assert_eq!(severities(&rewrite, &sizes(Some(40_000_000), Some(8 << 30))), [Severity::Error]);
        // Few rows of many bytes, and what is not known, are as much.
        assert_eq!(severities(&rewrite, &sizes(Some(10), Some(1 << 30))), [Severity::Error]);
        assert_eq!(severities(&rewrite, &sizes(None, None)), [Severity::Error]);
        assert_eq!(severities(&rewrite, &TableSizes::default()), [Severity::Error]);
    }

    #[test]
    fn the_same_table_is_sooner_scanned_than_written() {
        let size = sizes(Some(50_000), None);
        assert!(is_unnoticed(&step(Work::Scan, &[]), &size));
        assert!(!is_unnoticed(&step(Work::Rewrite, &[]), &size));
    }

    #[test]
    fn every_table_that_is_locked_counts() {
        let two = step(Work::Scan, &[]).lock(LockMode::Share, Table::new("u").id());
        assert!(!is_unnoticed(&two, &sizes(Some(1), None)));
        let reader = step(Work::Scan, &[]).lock(LockMode::RowShare, Table::new("u").id());
        assert!(is_unnoticed(&reader, &sizes(Some(1), None)));
    }

    #[test]
    fn losses_and_breaks_are_grave_whatever_the_size() {
        for code in HazardCode::ALL {
            let grave = matches!(code.class(), crate::HazardClass::DataLoss | crate::HazardClass::Breaking);
            let graded = severities(&step(Work::Metadata, &[*code]), &sizes(Some(0), Some(0)));
            assert!(!grave || graded == [Severity::Error], "{code}");
        }
    }

    #[test]
    fn what_the_live_data_answers_is_no_warning() {
        let unasked = step(Work::Scan, &[HazardCode::NullRows]);
        assert_eq!(severities(&unasked, &TableSizes::default()), [Severity::Warning]);
        let probe = Probe::stopping(
            HazardCode::NullRows,
            Table::new("t").id(),
            "rows with NULL",
            "SELECT 0",
            "SELECT 0",
        );
        assert_eq!(severities(&unasked.probe(probe), &TableSizes::default()), [Severity::Info]);
    }
}
