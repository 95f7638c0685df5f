//! The rows of the catalog queries, and their fetching.

use schema_core::{Error, Version};
use sqlx::postgres::{PgRow, types};
use sqlx::{AssertSqlSafe, FromRow, PgConnection};

use super::ids::{Ids, Oid};
use crate::error;

#[derive(FromRow)]
pub(super) struct SchemaRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) of_extension: bool,
}

#[derive(FromRow)]
pub(super) struct ExtensionRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) schema: String,
    pub(super) version: Option<String>,
    pub(super) is_available: bool,
    pub(super) own_comment: Option<String>,
}

#[derive(FromRow)]
pub(super) struct ExtensionMemberRow {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) extension: Oid,
}

#[derive(FromRow)]
pub(super) struct CommentRow {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) part: i32,
    pub(super) description: String,
}

#[derive(FromRow)]
pub(super) struct RelationRow {
    pub(super) oid: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) row_type: Oid,
    pub(super) of_type: Oid,
    pub(super) unlogged: bool,
    pub(super) access_method: Option<String>,
    pub(super) tablespace: Option<String>,
    pub(super) parameters: Option<Vec<String>>,
    pub(super) toast_parameters: Option<Vec<String>>,
    pub(super) replica_identity: String,
    pub(super) row_security: bool,
    pub(super) force_row_security: bool,
    pub(super) partition_by: Option<String>,
    pub(super) bound: Option<String>,
    pub(super) query: Option<String>,
    pub(super) server: Option<String>,
    pub(super) foreign_options: Option<Vec<String>>,
}

#[derive(FromRow)]
pub(super) struct InheritsRow {
    pub(super) child: Oid,
    pub(super) parent: Oid,
}

#[derive(FromRow)]
pub(super) struct ColumnRow {
    pub(super) relation: Oid,
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) type_oid: Oid,
    pub(super) type_name: String,
    pub(super) not_null: bool,
    pub(super) default_oid: Option<Oid>,
    pub(super) default_expression: Option<String>,
    pub(super) identity: String,
    pub(super) generated: String,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) storage: Option<String>,
    pub(super) compression: String,
    pub(super) statistics: Option<i32>,
    pub(super) options: Option<Vec<String>>,
    pub(super) foreign_options: Option<Vec<String>>,
    pub(super) is_local: bool,
    pub(super) is_inherited: bool,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row of the catalog")]
pub(super) struct ConstraintRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) domain: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_deferrable: bool,
    pub(super) is_deferred: bool,
    pub(super) validated: bool,
    pub(super) columns: Option<Vec<i32>>,
    pub(super) index: Oid,
    pub(super) referenced: Oid,
    pub(super) referenced_columns: Option<Vec<i32>>,
    pub(super) on_update: String,
    pub(super) on_delete: String,
    pub(super) match_kind: String,
    pub(super) set_columns: Option<Vec<i32>>,
    pub(super) no_inherit: bool,
    pub(super) is_local: bool,
    pub(super) is_inherited: bool,
    pub(super) of_parent: bool,
    pub(super) enforced: bool,
    pub(super) period: bool,
    pub(super) expression: Option<String>,
    pub(super) operators: Option<Vec<String>>,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row of the catalog")]
pub(super) struct IndexRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) name: String,
    pub(super) method: String,
    pub(super) is_unique: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) is_valid: bool,
    pub(super) is_clustered: bool,
    pub(super) is_replica_identity: bool,
    pub(super) keys: i32,
    pub(super) predicate: Option<String>,
    pub(super) parameters: Option<Vec<String>>,
    pub(super) tablespace: Option<String>,
    pub(super) columns: Vec<i32>,
    pub(super) options: Vec<i32>,
    pub(super) parts: Vec<String>,
    pub(super) operator_classes: Vec<String>,
    pub(super) collations: Vec<String>,
    pub(super) statistics_columns: Vec<i32>,
    pub(super) statistics_targets: Vec<i32>,
}

#[derive(FromRow)]
pub(super) struct SequenceRow {
    pub(super) oid: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) unlogged: bool,
    pub(super) type_name: String,
    pub(super) start: i64,
    pub(super) increment: i64,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) cache: i64,
    pub(super) cycle: bool,
    pub(super) owner_relation: Option<Oid>,
    pub(super) owner_column: Option<i32>,
    pub(super) of_identity: bool,
}

#[derive(FromRow)]
pub(super) struct TypeRow {
    pub(super) oid: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) array_type: Oid,
    pub(super) element_type: Oid,
    pub(super) is_array: bool,
    pub(super) relation: Oid,
    pub(super) base_oid: Oid,
    pub(super) base_name: Option<String>,
    pub(super) not_null: bool,
    pub(super) default_expression: Option<String>,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) of_extension: bool,
}

#[derive(FromRow)]
pub(super) struct EnumValueRow {
    pub(super) type_oid: Oid,
    pub(super) label: String,
}

#[derive(FromRow)]
pub(super) struct RangeRow {
    pub(super) oid: Oid,
    pub(super) subtype_oid: Oid,
    pub(super) subtype_name: String,
    pub(super) multirange_oid: Oid,
    pub(super) multirange_name: String,
    pub(super) multirange_array: Oid,
    pub(super) operator_class: Option<String>,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) canonical: Option<String>,
    pub(super) subtype_diff: Option<String>,
}

#[derive(FromRow)]
pub(super) struct RoutineRow {
    pub(super) oid: Oid,
    pub(super) schema: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) arguments: String,
    pub(super) returns: Option<String>,
    pub(super) definition: String,
}

#[derive(FromRow)]
pub(super) struct TriggerRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) definition: String,
}

#[derive(FromRow)]
pub(super) struct PolicyRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) name: String,
    pub(super) permissive: bool,
    pub(super) command: String,
    pub(super) roles: Vec<String>,
    pub(super) using_expression: Option<String>,
    pub(super) check_expression: Option<String>,
}

#[derive(FromRow)]
pub(super) struct SqlObjectRow {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) table_name: Option<String>,
    pub(super) definition: Vec<String>,
    pub(super) removal: String,
}

#[derive(FromRow)]
pub(super) struct PrivilegeRow {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) part: i32,
    pub(super) owner: String,
    pub(super) grantee: String,
    pub(super) to_everyone: bool,
    pub(super) privilege: Option<String>,
    pub(super) grantable: Option<bool>,
    pub(super) is_standard: bool,
    pub(super) standard_of_owner: i64,
}

#[derive(FromRow)]
pub(super) struct ForeignGrantRow {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) extension: Option<String>,
}

#[derive(FromRow)]
pub(super) struct DefaultPrivilegeRow {
    pub(super) role: String,
    pub(super) schema: Option<String>,
    pub(super) kind: String,
    pub(super) grantee: String,
    pub(super) to_everyone: Option<bool>,
    pub(super) privilege: Option<String>,
    pub(super) grantable: Option<bool>,
    pub(super) is_standard: Option<bool>,
    pub(super) standard_of_owner: i64,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "a row of the catalog")]
pub(super) struct RoleRow {
    pub(super) name: String,
    pub(super) login: bool,
    pub(super) superuser: bool,
    pub(super) create_db: bool,
    pub(super) create_role: bool,
    pub(super) inherit: bool,
    pub(super) replication: bool,
    pub(super) bypass_rls: bool,
    pub(super) connection_limit: i32,
    pub(super) valid_until: Option<String>,
    pub(super) settings: Option<Vec<String>>,
    pub(super) comment: Option<String>,
}

#[derive(FromRow)]
pub(super) struct MembershipRow {
    pub(super) member: String,
    pub(super) role: String,
    pub(super) admin: bool,
    pub(super) inherit: Option<bool>,
    pub(super) set: Option<bool>,
}

#[derive(FromRow)]
pub(super) struct UnmodelledRow {
    pub(super) kind: String,
    pub(super) name: String,
}

#[derive(FromRow)]
pub(super) struct DependencyRow {
    pub(super) class: Oid,
    pub(super) oid: Oid,
    pub(super) part: i32,
    pub(super) needed_class: Oid,
    pub(super) needed_oid: Oid,
    pub(super) needed_part: i32,
    pub(super) is_internal: bool,
}

/// Runs catalog queries over the schemas in scope.
pub(super) struct Reader<'a> {
    pub(super) connection: &'a mut PgConnection,
    pub(super) version: Version,
    pub(super) schemas: Vec<types::Oid>,
    /// Whether the scope names its schemas, so that there may be many more.
    pub(super) is_named: bool,
}

impl Reader<'_> {
    /// The rows of a query about what belongs to no schema.
    pub(super) async fn all<T>(&mut self, sql: &str) -> Result<Vec<T>, Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let sql = lines(sql, self.version, self.is_named);
        sqlx::query_as(AssertSqlSafe(sql))
            .persistent(false)
            .fetch_all(&mut *self.connection)
            .await
            .map_err(error::query)
    }

    /// The rows of a query whose parameter is the schemas in scope.
    pub(super) async fn scoped<T>(&mut self, sql: &str) -> Result<Vec<T>, Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let sql = lines(sql, self.version, self.is_named);
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(&self.schemas)
            .persistent(false)
            .fetch_all(&mut *self.connection)
            .await
            .map_err(error::query)
    }

    /// The rows of a query about what was read, whose parameters are the catalogs and ids of that where the scope names
    /// its schemas; otherwise it takes none, and says everything.
    pub(super) async fn on<T>(&mut self, sql: &str, ids: &Ids) -> Result<Vec<T>, Error>
    where
        T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if !self.is_named {
            return self.all(sql).await;
        }
        let known = |(class, oid): &(Oid, Oid)| {
            Some((types::Oid(u32::try_from(*class).ok()?), types::Oid(u32::try_from(*oid).ok()?)))
        };
        let (classes, oids): (Vec<_>, Vec<_>) = ids.objects.keys().filter_map(known).unzip();
        let sql = lines(sql, self.version, self.is_named);
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(classes)
            .bind(oids)
            .persistent(false)
            .fetch_all(&mut *self.connection)
            .await
            .map_err(error::query)
    }
}

/// The lines of a catalog query that hold here: those marked `-- since 15` or `-- until 14` for such a version only,
/// those marked `-- named` where the scope names its schemas.
fn lines(sql: &str, version: Version, is_named: bool) -> String {
    let holds = |line: &&str| {
        let Some((_, mark)) = line.rsplit_once("-- ") else { return true };
        let mut words = mark.split_whitespace();
        match (words.next(), words.next().and_then(|number| number.parse::<u32>().ok())) {
            (Some("since"), Some(first)) => version.major >= first,
            (Some("until"), Some(last)) => version.major <= last,
            (Some("named"), None) => is_named,
            _ => true,
        }
    };
    sql.lines().filter(holds).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_chosen_by_version() {
        let sql = "SELECT 1,\n a -- until 14\n b -- since 15\nFROM t";
        assert_eq!(lines(sql, Version::new(14, 0, 0), false), "SELECT 1,\n a -- until 14\nFROM t");
        assert_eq!(lines(sql, Version::new(18, 0, 0), false), "SELECT 1,\n b -- since 15\nFROM t");
    }
}
