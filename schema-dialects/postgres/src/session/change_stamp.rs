//! A stamp that changes with every schema change, made of what PostgreSQL keeps beside each row of its catalogs: the
//! transaction that wrote it.

use schema_core::Version;

use super::ledger::EXISTS;

/// The catalogs that an inspection reads, or that name what it reads. Every row in them that is written anew has
/// another `xmin`.
const CATALOGS: &[&str] = &[
    "pg_aggregate",
    "pg_am",
    "pg_amop",
    "pg_amproc",
    "pg_attrdef",
    "pg_auth_members",
    "pg_cast",
    "pg_collation",
    "pg_constraint",
    "pg_conversion",
    "pg_default_acl",
    "pg_depend",
    "pg_description",
    "pg_enum",
    "pg_event_trigger",
    "pg_extension",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_foreign_table",
    "pg_index",
    "pg_inherits",
    "pg_language",
    "pg_opclass",
    "pg_operator",
    "pg_opfamily",
    "pg_partitioned_table",
    "pg_policy",
    "pg_proc",
    "pg_publication",
    "pg_publication_rel",
    "pg_range",
    "pg_rewrite",
    "pg_sequence",
    "pg_statistic_ext",
    "pg_tablespace",
    "pg_transform",
    "pg_trigger",
    "pg_ts_config",
    "pg_ts_config_map",
    "pg_ts_dict",
    "pg_ts_parser",
    "pg_ts_template",
    "pg_type",
];

/// The query for the stamp: one row, one text, which is NULL where there is no ledger.
///
/// Tables are looked at by what an inspection reads of them, since TRUNCATE, VACUUM FULL and REFRESH write their rows
/// in `pg_class` anew and change nothing of it; roles and user mappings by what everyone may see of them.
pub(super) fn query(version: Version) -> String {
    let rows = |catalog: &str, of: &str, hashed: &str| {
        format!(
            "SELECT '{catalog}' AS catalog, sum(pg_catalog.hashtextextended({hashed}, 0)) AS stamp FROM {of}"
        )
    };
    let written = |catalog: &str| rows(catalog, &format!("pg_catalog.{catalog} c"), "c.xmin::text");
    let mut parts: Vec<String> = CATALOGS.iter().map(|catalog| written(catalog)).collect();
    parts.extend((version.major >= 15).then(|| written("pg_publication_namespace")));
    parts.push(rows("pg_attribute", "pg_catalog.pg_attribute c WHERE c.attnum > 0", "c.xmin::text"));
    let spaces = "pg_catalog.pg_namespace c WHERE c.nspname NOT LIKE 'pg\\_%temp\\_%'";
    parts.push(rows("pg_namespace", spaces, "c.xmin::text"));
    let table = "ROW(c.oid, c.relname, c.relnamespace, c.reloftype, c.relowner, c.relam, c.reltablespace, \
                 c.relpersistence, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relispopulated, \
                 c.relreplident, c.relispartition, c.relacl, c.reloptions, c.relpartbound)::text";
    parts.push(rows("pg_class", "pg_catalog.pg_class c WHERE c.relpersistence <> 't'", table));
    parts.push(rows(
        "pg_shdescription",
        "pg_catalog.pg_shdescription c WHERE c.classoid = 1260",
        "c.xmin::text",
    ));
    for view in ["pg_roles", "pg_user_mappings"] {
        parts.push(rows(view, &format!("pg_catalog.{view} c"), "c::text"));
    }
    format!(
        "SELECT CASE WHEN {EXISTS} THEN (\
         SELECT pg_catalog.md5(pg_catalog.concat_ws(' ', pg_catalog.current_setting('server_version'), \
         pg_catalog.current_schemas(false)::text, pg_catalog.string_agg(p.stamp::text, ' ' ORDER BY p.catalog))) \
         FROM ({}) p) END",
        parts.join(" UNION ALL ")
    )
}
