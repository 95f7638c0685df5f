//! Functions, procedures and aggregates.

use schema_core::{Error, MySqlProgram, ObjectId, ObjectKind, Routine, RoutineKind, Sql};

use super::Found;
use super::ids::class;
use super::rows::{Reader, RoutineRow};

pub(super) async fn read(reader: &mut Reader<'_>, found: &mut Found) -> Result<(), Error> {
    let rows: Vec<RoutineRow> = reader.scoped(include_str!("routines.sql")).await?;
    for row in rows {
        let Some(name) = found.ids.qualified(row.schema, &row.name) else { continue };
        let kind = match row.kind.as_str() {
            "p" => RoutineKind::Procedure,
            "a" => RoutineKind::Aggregate,
            "w" => RoutineKind::Window,
            _ => RoutineKind::Function,
        };
        // An aggregate without arguments is written with a star.
        let star = kind == RoutineKind::Aggregate && row.arguments.is_empty();
        let routine = Routine {
            kind,
            name: name.clone(),
            arguments: if star { "*".to_owned() } else { row.arguments },
            returns: row.returns.map(Sql::new),
            definition: Sql::new(if star {
                row.definition.replacen("() (", "(*) (", 1)
            } else {
                row.definition.trim_end().to_owned()
            }),
            comment: found.ids.comment(class::PROC, row.oid),
            mysql: MySqlProgram::default(),
        };
        let id = ObjectId {
            signature: Some(routine.arguments.clone()),
            ..ObjectId::new(ObjectKind::Routine, &name)
        };
        found.ids.insert(class::PROC, row.oid, id);
        found.database.insert(routine);
    }
    Ok(())
}
