//! Views, from `SHOW CREATE VIEW`.

use schema_core::{CheckOption, Name, QualifiedName, Sql, View};

use crate::text::{Cursor, Kind, split_commas, tokens};

/// Reads a view.
pub(super) fn read(name: &QualifiedName, text: &str, current_user: &str) -> Option<View> {
    let mut cursor = Cursor::new(text);
    let mut view = View::new(name.clone(), "");
    cursor.take("CREATE").then_some(())?;
    if cursor.take("ALGORITHM =") {
        let algorithm = cursor.next()?;
        view.mysql.algorithm = (!algorithm.is("UNDEFINED")).then(|| Name::new(algorithm.text));
    }
    if cursor.take("DEFINER =") {
        let account = account(&mut cursor)?;
        view.mysql.definer = (account != current_user).then_some(account);
    }
    if cursor.take("SQL SECURITY") {
        view.mysql.security_invoker = cursor.next()?.is("INVOKER");
    }
    cursor.take("VIEW").then_some(())?;
    cursor.name()?;
    while cursor.take(".") {
        cursor.name()?;
    }
    if let Some(columns) = cursor.group() {
        view.columns = split_commas(columns)
            .into_iter()
            .map(|column| Cursor::new(column).name())
            .collect::<Option<_>>()?;
    }
    cursor.take("AS").then_some(())?;
    let query = cursor.rest();
    let (query, check_option) = [
        (" WITH CASCADED CHECK OPTION", CheckOption::Cascaded),
        (" WITH LOCAL CHECK OPTION", CheckOption::Local),
    ]
    .into_iter()
    .find_map(|(words, option)| query.strip_suffix(words).map(|query| (query, Some(option))))
    .unwrap_or((query, None));
    view.query = Sql::new(query);
    view.check_option = check_option;
    Some(view)
}

/// An account as `user@host`.
pub(super) fn account(cursor: &mut Cursor<'_>) -> Option<String> {
    let user = cursor.name()?;
    // The tokenizer takes `@` for a part of a word; between quoted names it stands alone.
    if cursor.peek().is_some_and(|token| token.text == "@") {
        cursor.next();
        return Some(format!("{user}@{}", cursor.name()?));
    }
    Some(user.to_string())
}

/// The tables, views and routines that a query names: what stands behind `from` and `join`, and what is called.
pub(super) fn uses(query: &str) -> (Vec<QualifiedName>, Vec<QualifiedName>) {
    let all = tokens(query);
    let mut relations = Vec::new();
    let mut routines = Vec::new();
    // Whether a name here would be a table's: right behind `from` or `join`, or behind the parentheses there.
    let mut expects_table = false;
    let mut at = 0;
    while let Some(token) = all.get(at) {
        if token.kind == Kind::Quoted {
            let mut name = QualifiedName::new(token.name().unwrap_or_else(|| Name::new("")));
            if all.get(at + 1).is_some_and(|dot| dot.text == ".")
                && let Some(second) = all.get(at + 2).filter(|second| second.kind == Kind::Quoted)
            {
                let second = second.name().unwrap_or_else(|| Name::new(""));
                name = QualifiedName::within(name.name, second);
                at += 2;
            }
            if expects_table {
                relations.push(name);
            } else if all.get(at + 1).is_some_and(|open| open.text == "(") {
                routines.push(name);
            }
            expects_table = false;
        } else if token.is("from") || token.is("join") || token.is("straight_join") {
            expects_table = true;
        } else if token.text != "(" {
            expects_table = false;
        }
        at += 1;
    }
    (relations, routines)
}

#[cfg(test)]
mod tests {
    use super::{read, uses};
    use schema_core::{CheckOption, Name};

    #[test]
    fn reads_all_of_a_view() {
        let text = "CREATE ALGORITHM=MERGE DEFINER=`foo`@`bar` SQL SECURITY INVOKER VIEW `v1` (`aa`,`bb`) AS select `par`.`id` AS `id` from `par` WITH LOCAL CHECK OPTION";
        let view = read(&"v1".into(), text, "root@%").expect("view");
        assert_eq!(view.mysql.definer.as_deref(), Some("foo@bar"));
        assert_eq!(view.query.as_str(), "select `par`.`id` AS `id` from `par`");
        assert_eq!(view.check_option, Some(CheckOption::Local));
        assert_eq!(view.columns, [Name::new("aa"), Name::new("bb")]);
        assert!(view.mysql.security_invoker);
        assert_eq!(read(&"v1".into(), text, "foo@bar").expect("view").mysql.definer, None);
    }

    #[test]
    fn finds_what_a_query_uses() {
        let query = "select `f`(`a`.`x`) AS `b`,(select count(0) from `c`) from ((`a` left join `o`.`d` `e` on((`a`.`x` = `e`.`x`))) join `g`)";
        let (relations, routines) = uses(query);
        let relations: Vec<String> = relations.iter().map(ToString::to_string).collect();
        assert_eq!(relations, ["c", "a", "o.d", "g"]);
        assert_eq!(routines, ["f".into()]);
    }
}
