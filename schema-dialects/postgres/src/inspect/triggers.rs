//! Triggers and row-security policies.

use schema_core::{Error, Name, Policy, PolicyCommand, Sql, Trigger, TriggerState};

use super::Found;
use super::constraints::unwrapped;
use super::ids::class;
use super::rows::{PolicyRow, Reader, TriggerRow};

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<TriggerRow> = reader.scoped(include_str!("triggers.sql")).await?;
    for row in rows {
        let Some(table) = found.ids.relation(row.relation) else { continue };
        let mut trigger = Trigger::new(&row.name, table, row.definition);
        trigger.state = match row.state.as_str() {
            "D" => TriggerState::Disabled,
            "R" => TriggerState::Replica,
            "A" => TriggerState::Always,
            _ => TriggerState::Enabled,
        };
        trigger.comment = found.ids.comment(class::TRIGGER, row.oid);
        found.ids.insert(class::TRIGGER, row.oid, trigger.id());
        found.database.insert(trigger);
    }
    let rows: Vec<PolicyRow> = reader.scoped(include_str!("policies.sql")).await?;
    for row in rows {
        let Some(table) = found.ids.relation(row.relation) else { continue };
        let mut policy = Policy::new(&row.name, table);
        policy.permissive = row.permissive;
        policy.command = match row.command.as_str() {
            "r" => PolicyCommand::Select,
            "a" => PolicyCommand::Insert,
            "w" => PolicyCommand::Update,
            "d" => PolicyCommand::Delete,
            _ => PolicyCommand::All,
        };
        policy.roles = row.roles.iter().map(Name::from).collect();
        policy.using = row.using_expression.as_deref().map(|sql| Sql::new(unwrapped(sql)));
        policy.with_check = row.check_expression.as_deref().map(|sql| Sql::new(unwrapped(sql)));
        policy.comment = found.ids.comment(class::POLICY, row.oid);
        found.ids.insert(class::POLICY, row.oid, policy.id());
        found.database.insert(policy);
    }
    Ok(())
}
