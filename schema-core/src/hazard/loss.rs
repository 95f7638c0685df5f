//! What a step loses, by its effect and its statements: whatever it says of itself.
//!
//! A plan file can be written by anyone. One that leaves its hazards out, under a hash that fits, is still refused.

use super::{Hazard, HazardClass, HazardCode};
use crate::diff::{Change, ObjectChange, TableDiff};
use crate::facts::{Fact, Kind, Writing, facts};
use crate::plan::Step;
use crate::{Column, Engine, Object, ObjectKind, QualifiedName, Sql};

/// The losses of data that a step which claims none brings with it.
pub(crate) fn unsaid(step: &Step, engine: Engine) -> Vec<Hazard> {
    if step.hazards.iter().any(|hazard| hazard.class() == HazardClass::DataLoss) {
        return Vec::new();
    }
    let mut losses: Vec<Hazard> = step.effect.changes.iter().flat_map(by_effect).collect();
    losses.extend(by_statements(step, engine));
    losses
}

fn by_effect(change: &ObjectChange) -> Vec<Hazard> {
    match change {
        ObjectChange::Drop(Object::Table(table)) => vec![rows_go(&table.name)],
        ObjectChange::AlterTable(table) => {
            table.columns.iter().filter_map(|change| values_go(table, change)).collect()
        }
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter { .. } => Vec::new(),
    }
}

fn rows_go(table: &QualifiedName) -> Hazard {
    Hazard::new(HazardCode::DropTable, format!("all rows of {table} are lost"))
}

fn values_go(table: &TableDiff, change: &Change<Column>) -> Option<Hazard> {
    match change {
        Change::Drop(column) if column.generated.is_none() => {
            let message = format!("the values of {}.{} are lost", table.name, column.name);
            Some(Hazard::new(HazardCode::DropColumn, message))
        }
        Change::Drop(_) | Change::Add(_) | Change::Modify { .. } => None,
    }
}

/// What the statements drop and empty, where it is not what the effect says.
fn by_statements(step: &Step, engine: Engine) -> Vec<Hazard> {
    let weaker = step
        .alternatives
        .iter()
        .flat_map(|forms| forms.statements.iter().chain(forms.blocking.iter().map(|form| &form.statement)));
    let statements: Vec<&Sql> = step.statements.iter().chain(weaker).chain(&step.repair).collect();
    let facts: Vec<Fact> = statements.into_iter().flat_map(|sql| facts(sql.as_str(), engine)).collect();
    // A table that is written anew takes the name of the one that it replaces.
    let replaced = |name: &QualifiedName| {
        facts.iter().any(
            |fact| matches!(fact, Fact::Rename { kind: Kind::Table, to, .. } if name.name == to.as_str()),
        )
    };
    let drops = |object: ObjectKind, name: &str| {
        step.effect.changes.iter().any(|change| match change {
            ObjectChange::Drop(dropped) => dropped.id().kind == object && dropped.id().name == name,
            ObjectChange::AlterTable(table) => {
                object == ObjectKind::Column
                    && table.columns.iter().any(|c| c.before().is_some_and(|column| column.name == name))
            }
            ObjectChange::Create(_) | ObjectChange::Alter { .. } => false,
        })
    };
    let loss = |fact: &Fact| match fact {
        Fact::Drop { kind: Kind::Table, name, .. }
            if !replaced(name) && !drops(ObjectKind::Table, name.name.as_str()) =>
        {
            Some(rows_go(name))
        }
        Fact::Drop { kind: Kind::Schema, name, .. } if !drops(ObjectKind::Schema, name.name.as_str()) => {
            Some(Hazard::new(HazardCode::DropSchema, format!("everything in {name} is lost")))
        }
        Fact::DropColumn { table, column } if !drops(ObjectKind::Column, column) => {
            Some(Hazard::new(HazardCode::DropColumn, format!("the values of {table}.{column} are lost")))
        }
        Fact::Truncate { table } => {
            Some(Hazard::new(HazardCode::Truncate, format!("all rows of {table} are deleted")))
        }
        Fact::DropPartition { table } => Some(Hazard::new(
            HazardCode::DropPartition,
            format!("rows of {table} are deleted with their partition"),
        )),
        Fact::Write {
            table,
            by:
                Writing::Delete { .. }
                | Writing::DeleteHistory
                | Writing::Replace
                | Writing::Merge { deletes: true }
                | Writing::Update { every: true, .. },
            ..
        } if !table.name.as_str().starts_with("sqlite_") => {
            Some(Hazard::new(HazardCode::Truncate, format!("rows of {table} are deleted")))
        }
        _other => None,
    };
    facts.iter().filter_map(loss).collect()
}

#[cfg(test)]
mod tests {
    use super::unsaid;
    use crate::diff::Diff;
    use crate::{Column, Engine, HazardCode, Step, Table, Type};

    fn table() -> Table {
        Table::new("people").column(Column::new("id", Type::Integer)).column(Column::new("name", Type::Text))
    }

    fn codes(step: &Step) -> Vec<HazardCode> {
        unsaid(step, Engine::Postgres).into_iter().map(|hazard| hazard.code).collect()
    }

    fn harmless(sql: &str) -> Step {
        let mut commented = table();
        commented.options.comment = Some("everybody".to_owned());
        Step::new(table().id(), "say more", Diff::table(&table(), &commented)).statement(sql)
    }

    #[test]
    fn an_effect_that_loses_data_is_a_loss() {
        let drop = Step::new(table().id(), "tidy up", Diff::drop(table())).statement("DROP TABLE people");
        assert_eq!(codes(&drop), [HazardCode::DropTable]);
        let mut nameless = table();
        nameless.columns.remove(&"name".into());
        let step = Step::new(table().id(), "tidy up", Diff::table(&table(), &nameless))
            .statement("ALTER TABLE people DROP COLUMN name");
        assert_eq!(codes(&step), [HazardCode::DropColumn]);
    }

    #[test]
    fn a_statement_that_loses_more_than_the_effect_says_is_a_loss() {
        for (sql, code) in [
            ("DROP TABLE public.people", HazardCode::DropTable),
            ("ALTER TABLE people DROP COLUMN age", HazardCode::DropColumn),
            ("TRUNCATE people", HazardCode::Truncate),
            ("DELETE FROM people", HazardCode::Truncate),
            ("UPDATE people SET name = ''", HazardCode::Truncate),
            ("WITH a AS (DELETE FROM people WHERE id > 0) SELECT 1", HazardCode::Truncate),
            ("DO $$ BEGIN DROP TABLE people; END $$", HazardCode::DropTable),
            ("DROP SCHEMA public CASCADE", HazardCode::DropSchema),
        ] {
            assert_eq!(codes(&harmless(sql)), [code], "{sql}");
        }
        assert_eq!(codes(&harmless("COMMENT ON TABLE people IS 'everybody'")), []);
    }

    #[test]
    fn a_rebuilt_table_loses_nothing() {
        let step = harmless("CREATE TABLE \"other\" (id integer)")
            .statement("INSERT INTO \"other\" SELECT id FROM people")
            .statement("DROP TABLE \"people\"")
            .statement("ALTER TABLE \"other\" RENAME TO \"people\"");
        assert_eq!(unsaid(&step, Engine::Sqlite), []);
    }
}
