//! Proves that the steps of a plan lead where they should, before anyone sees it.

use super::{Fingerprint, Step, fingerprint::SchemaHash};
use crate::diff::{ApplyError, Diff, ObjectChange};
use crate::{Database, Error};

/// Folds the effects of the steps over `before`, notes the fingerprint after each, and compares the end with
/// `after`. Returns the fingerprints of both ends.
///
/// ```
/// use schema_core::diff::Diff;
/// use schema_core::plan::prove;
/// use schema_core::{Database, Fingerprint, ObjectId, Step, Table};
/// let users = Table::new("users");
/// let (before, after) = (Database::new(), Database::new().with(users.clone()));
/// let mut steps = [Step::new(ObjectId::table(&users.name), "create table users", Diff::create(users))];
/// let (base, result) = prove(&before, &after, &mut steps)?;
/// assert_eq!((base, result), (Fingerprint::of_schema(&before), Fingerprint::of_schema(&after)));
/// assert_eq!(steps[0].after, Fingerprint::of_schema(&after));
/// // Steps that lead elsewhere are no plan.
/// assert!(prove(&before, &after, &mut []).is_err());
/// # Ok::<(), schema_core::Error>(())
/// ```
///
/// # Errors
/// [`Error::Internal`] when an effect does not fit, or the end is another: a planner that is wrong must not reach
/// a database.
pub fn prove(
    before: &Database,
    after: &Database,
    steps: &mut [Step],
) -> Result<(Fingerprint, Fingerprint), Error> {
    let mut state = before.clone();
    let mut hash = SchemaHash::of(&state);
    let base = hash.fingerprint();
    for (number, step) in steps.iter_mut().enumerate() {
        let misfit = |error: ApplyError| {
            Error::Internal(format!("step {} ({} of {}): {error}", number + 1, step.title, step.object))
        };
        if !step.effect.renames.is_empty() {
            let renamed = Diff { renames: step.effect.renames.clone(), changes: Vec::new() };
            let old = state.clone();
            renamed.apply_in_place(&mut state).map_err(misfit)?;
            old.objects()
                .filter(|(id, object)| state.get(id) != Some(object))
                .for_each(|(_, o)| hash.remove(o));
            state.objects().filter(|(id, object)| old.get(id) != Some(object)).for_each(|(_, o)| hash.add(o));
        }
        for change in &step.effect.changes {
            let id = change.id();
            state.get(&id).into_iter().for_each(|object| hash.remove(object));
            change.apply(&mut state).map_err(misfit)?;
            state.get(&id).into_iter().for_each(|object| hash.add(object));
        }
        step.after = hash.fingerprint();
    }
    if state == *after {
        return Ok((base, hash.fingerprint()));
    }
    let rest = crate::diff::compare_databases(&state, after);
    let order_only = |change: &&ObjectChange| matches!(change, ObjectChange::AlterTable(table) if table.only_order_changes());
    let rest = rest.iter().filter(|change| !order_only(change));
    let names: Vec<String> = rest.flat_map(named).take(5).collect();
    Err(Error::Internal(format!("the steps leave differences in {}", names.join(", "))))
}

/// What a difference is in: of a table, its parts.
fn named(change: &ObjectChange) -> Vec<String> {
    let parts = match change {
        ObjectChange::AlterTable(table) => table.parts(),
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => Vec::new(),
    };
    let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
    if parts.is_empty() { vec![change.id().to_string()] } else { parts }
}

#[cfg(test)]
mod tests {
    use super::prove;
    use crate::diff::{Diff, Rename};
    use crate::{Column, Database, Error, Fingerprint, Index, ObjectId, Step, Table, Type, View};

    fn column(name: &str) -> Column {
        Column::new(name, Type::native("text"))
    }

    fn step(effect: Diff) -> Step {
        Step::new(ObjectId::table(&"t".into()), "change it", effect)
    }

    fn before() -> Database {
        Database::new().with(Table::new("t").column(column("a"))).with(View::new("v", "select a from t"))
    }

    fn after() -> Database {
        let table =
            Table::new("u").column(column("a")).column(column("b")).index(Index::on(["b"]).named("i"));
        Database::new().with(table).with(View::new("v", "select a from u"))
    }

    /// A view in the way is dropped and made again; the table is renamed and altered in between.
    fn steps() -> Vec<Step> {
        let table = || Table::new("u").column(column("a"));
        vec![
            step(Diff::drop(View::new("v", "select a from t"))),
            step(Diff::renaming([Rename { from: ObjectId::table(&"t".into()), to: "u".into() }])),
            step(Diff::table(&table(), &table().column(column("b")))),
            step(Diff::table(
                &table().column(column("b")),
                &table().column(column("b")).index(Index::on(["b"]).named("i")),
            )),
            step(Diff::create(View::new("v", "select a from u"))),
        ]
    }

    #[test]
    fn a_right_plan_is_proven_with_the_state_after_each_step() {
        let mut steps = steps();
        let (base, result) = prove(&before(), &after(), &mut steps).expect("it is right");
        assert_eq!((base, result), (Fingerprint::of_schema(&before()), Fingerprint::of_schema(&after())));
        let mut state = before();
        for step in &steps {
            state = step.effect.apply(state).expect("it fits");
            assert_eq!(step.after, Fingerprint::of_schema(&state), "{}", step.title);
        }
    }

    #[test]
    fn a_wrong_plan_reaches_nobody() {
        let wrong = |change: &dyn Fn(&mut Vec<Step>), why: &str| {
            let mut steps = steps();
            change(&mut steps);
            let Err(Error::Internal(message)) = prove(&before(), &after(), &mut steps) else {
                panic!("{why}")
            };
            assert!(message.contains(why), "{message}");
        };
        wrong(&|steps| drop(steps.pop()), "leave differences in view v");
        wrong(&|steps| drop(steps.remove(0)), "step 4 (change it of table t)");
        wrong(&|steps| steps.swap(1, 2), "table u");
        wrong(&|steps| steps[4] = step(Diff::create(View::new("v", "select b from u"))), "view v");
        wrong(&|steps| steps.push(step(Diff::drop(Table::new("x")))), "table x");
        let onto = Rename { from: ObjectId::table(&"u".into()), to: "w".into() };
        let collide = |steps: &mut Vec<Step>| {
            steps.push(step(Diff::create(Table::new("w"))));
            steps.push(step(Diff::renaming([onto.clone()])));
        };
        wrong(&collide, "table w");
    }
}
