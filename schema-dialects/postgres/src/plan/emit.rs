//! From each thing to do to its steps.

use schema_core::Error;

use super::node::Node;
use super::{Planner, column, constraint, family, index, object, options, table};

impl Node {
    /// The steps of a node.
    pub(super) fn emit(&self, planner: &mut Planner<'_>) -> Result<(), Error> {
        match self {
            Self::Create { object, .. } => object::create(planner, object),
            Self::CreateTable { table, later_defaults, later_checks } => {
                table::create(planner, table, later_defaults, later_checks);
            }
            Self::LaterDefault { table, column } => column::later_default(planner, table, column),
            Self::Attach { table } => family::attach(planner, table),
            Self::Detach { table } => family::detach(planner, table),
            Self::Own { sequence } => object::own(planner, sequence),
            Self::Drop { object, with, chain } => planner.drop_object(object, with, *chain),
            Self::Alter { before, after } | Self::Complete { before, after } => {
                return object::alter(planner, before, after);
            }
            Self::AddColumn { table, column } => return column::add(planner, table, column),
            Self::DropColumn { table, column, with } => column::drop(planner, table, column, with),
            Self::AlterColumn { table, before, after } => {
                return column::alter(planner, table, before, after);
            }
            Self::AddConstraint { table, constraint } => constraint::add(planner, table, constraint),
            Self::DropConstraint { table, constraint } => {
                return constraint::drop(planner, table, constraint);
            }
            Self::AlterConstraint { table, before, after } => {
                constraint::alter(planner, table, before, after);
            }
            Self::CreateIndex { on, index } => index::create(planner, on, index),
            Self::DropIndex { on, index } => return index::drop(planner, on, index),
            Self::AlterIndex { on, before, after } => index::alter(planner, on, before, after),
            Self::Options { table, after } => return options::options(planner, table, after),
        }
        Ok(())
    }
}
