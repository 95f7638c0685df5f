//! Views and materialized views.

use schema_core::{CheckOption, MaterializedView, MySqlView, PostgresView, View};

use super::super::literal::into;
use super::super::ty::sql;
use super::super::{scheme::Scheme, value};
use super::{fields, index, program};

pub(super) fn view(view: &View, scheme: &Scheme<'_>) -> String {
    let View { name, columns, query, check_option, comment, renamed_from: _, postgres, mysql, spelling: _ } =
        view;
    let check = check_option.map(|option| match option {
        CheckOption::Local => "Some(dsl::CheckOption::Local)".to_owned(),
        CheckOption::Cascaded => "Some(dsl::CheckOption::Cascaded)".to_owned(),
    });
    let own = [
        ("columns", fields::list(columns.iter().map(into))),
        ("check_option", check),
        ("comment", fields::text(comment.as_ref())),
        ("postgres", of_postgres(postgres)),
        ("mysql", of_mysql(mysql)),
    ];
    fields::with(own, "View", &format!("new({}, {})", value::qualified(name, scheme), sql(query)))
}

fn of_postgres(view: &PostgresView) -> Option<String> {
    // What the columns of a view are is the engine's to say.
    let PostgresView { options, output: _, column_comments, column_defaults } = view;
    let own = [
        ("options", fields::list(options.iter().map(into))),
        ("column_comments", fields::list(column_comments.iter().map(fields::pair))),
        (
            "column_defaults",
            fields::list(
                column_defaults
                    .iter()
                    .map(|(column, sql)| format!("({}, {})", into(column), into(sql.as_str()))),
            ),
        ),
    ];
    fields::unless_default(own, "PostgresView")
}

fn of_mysql(view: &MySqlView) -> Option<String> {
    let MySqlView { algorithm, definer, security_invoker, made_in } = view;
    let own = [
        ("algorithm", fields::name(algorithm.as_ref())),
        ("definer", fields::text(definer.as_ref())),
        ("security_invoker", fields::yes(*security_invoker)),
        ("made_in", made_in.as_ref().map(program::made_in)),
    ];
    fields::unless_default(own, "MySqlView")
}

pub(super) fn materialized(view: &MaterializedView, scheme: &Scheme<'_>) -> String {
    let MaterializedView {
        name,
        query,
        indexes,
        comment,
        access_method,
        parameters,
        tablespace,
        clustered_on,
        column_comments,
    } = view;
    let own_indexes: Vec<String> = indexes.iter().map(|own| index::index(own, scheme)).collect();
    let own = [
        ("indexes", fields::set(&own_indexes)),
        ("comment", fields::text(comment.as_ref())),
        ("access_method", fields::name(access_method.as_ref())),
        ("parameters", fields::list(parameters.iter().map(into))),
        ("tablespace", fields::name(tablespace.as_ref())),
        ("clustered_on", fields::name(clustered_on.as_ref())),
        ("column_comments", fields::list(column_comments.iter().map(fields::pair))),
    ];
    fields::with(own, "MaterializedView", &format!("new({}, {})", value::qualified(name, scheme), sql(query)))
}
