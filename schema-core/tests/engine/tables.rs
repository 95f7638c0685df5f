//! Just enough of a database for the ledger's statements: rows by table, and an interpreter of what sea-query builds.

use std::collections::BTreeMap;

use schema_core::{Cell, LedgerStatement};
use sea_query::SqliteQueryBuilder;
use sqlparser::ast::{
    AssignmentTarget, BinaryOperator, Expr, FromTable, LimitClause, OrderByKind, SelectItem, SetExpr,
    Statement, TableFactor, TableObject, TableWithJoins, Value,
};
use sqlparser::dialect::SQLiteDialect;
use sqlparser::parser::Parser;

type Row = BTreeMap<String, Cell>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Tables(BTreeMap<String, Vec<Row>>);

impl Tables {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn run(&mut self, statement: &LedgerStatement) -> Vec<Vec<Cell>> {
        let sql = match statement {
            LedgerStatement::Create(table) => {
                let sql = table.to_string(SqliteQueryBuilder);
                let name = sql.split('"').nth(1).expect("a quoted name").to_owned();
                self.0.entry(name).or_default();
                return Vec::new();
            }
            LedgerStatement::Select(select) => select.to_string(SqliteQueryBuilder),
            LedgerStatement::Insert(insert) => insert.to_string(SqliteQueryBuilder),
            LedgerStatement::Update(update) => update.to_string(SqliteQueryBuilder),
            LedgerStatement::Delete(delete) => delete.to_string(SqliteQueryBuilder),
        };
        let mut statements = Parser::parse_sql(&SQLiteDialect {}, &sql).expect("SQL");
        match statements.remove(0) {
            Statement::Query(query) => {
                let SetExpr::Select(select) = *query.body else { panic!("a select: {sql}") };
                let mut rows: Vec<&Row> = self.0[&table_of(&select.from[0])]
                    .iter()
                    .filter(|row| select.selection.as_ref().is_none_or(|test| holds(test, row)))
                    .collect();
                if let Some(OrderByKind::Expressions(order)) = query.order_by.map(|order| order.kind) {
                    let Expr::Identifier(key) = &order[0].expr else { panic!("a column: {sql}") };
                    rows.sort_by_key(|row| std::cmp::Reverse(int(&row[&key.value])));
                }
                if let Some(LimitClause::LimitOffset { limit: Some(limit), .. }) = query.limit_clause {
                    rows.truncate(usize::try_from(int(&value(&limit))).expect("a limit"));
                }
                let columns: Vec<String> = select.projection.iter().map(column).collect();
                rows.iter()
                    .map(|row| columns.iter().map(|c| row.get(c).cloned().unwrap_or(Cell::Null)).collect())
                    .collect()
            }
            Statement::Insert(insert) => {
                let TableObject::TableName(table) = insert.table else { panic!("a table: {sql}") };
                let table = self.0.get_mut(table.to_string().trim_matches('"')).expect("a table");
                let SetExpr::Values(values) = *insert.source.expect("values").body else { panic!("{sql}") };
                for row in values.rows {
                    let cells = row.content.iter().map(value);
                    let names =
                        insert.columns.iter().map(|name| name.to_string().trim_matches('"').to_owned());
                    table.push(names.zip(cells).collect());
                }
                Vec::new()
            }
            Statement::Update(update) => {
                let test = update.selection.expect("a condition");
                let rows = self.0.get_mut(&table_of(&update.table)).expect("a table");
                for row in rows.iter_mut().filter(|row| holds(&test, row)) {
                    for assignment in &update.assignments {
                        let AssignmentTarget::ColumnName(name) = &assignment.target else { panic!("{sql}") };
                        row.insert(name.to_string().trim_matches('"').to_owned(), value(&assignment.value));
                    }
                }
                Vec::new()
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = delete.from;
                let test = delete.selection.expect("a condition");
                self.0.get_mut(&table_of(&from[0])).expect("a table").retain(|row| !holds(&test, row));
                Vec::new()
            }
            other => panic!("not a statement of the ledger: {other}"),
        }
    }
}

fn table_of(from: &TableWithJoins) -> String {
    let TableFactor::Table { name, .. } = &from.relation else { panic!("a table: {from}") };
    name.to_string().trim_matches('"').to_owned()
}

fn column(item: &SelectItem) -> String {
    item.to_string().trim_matches('"').to_owned()
}

fn value(expression: &Expr) -> Cell {
    let Expr::Value(value) = expression else { panic!("a literal: {expression}") };
    match &value.value {
        Value::Null => Cell::Null,
        Value::Number(number, _) => Cell::Int(number.parse().expect("a whole number")),
        Value::SingleQuotedString(text) => Cell::Text(text.clone()),
        other => panic!("a literal: {other}"),
    }
}

fn int(cell: &Cell) -> i64 {
    match cell {
        Cell::Int(number) => *number,
        Cell::Null | Cell::Text(_) => panic!("a number: {cell:?}"),
    }
}

fn holds(test: &Expr, row: &Row) -> bool {
    let cell = |expression: &Expr| match expression {
        Expr::Identifier(name) => row.get(&name.value).cloned().unwrap_or(Cell::Null),
        other => value(other),
    };
    match test {
        Expr::Nested(inner) => holds(inner, row),
        Expr::IsNull(inner) => cell(inner) == Cell::Null,
        Expr::InList { expr, list, .. } => list.iter().any(|item| value(item) == cell(expr)),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => holds(left, row) && holds(right, row),
        Expr::BinaryOp { left, op: BinaryOperator::Eq, right } => cell(left) == cell(right),
        Expr::BinaryOp { left, op: BinaryOperator::GtEq, right } => int(&cell(left)) >= int(&cell(right)),
        Expr::BinaryOp { left, op: BinaryOperator::Lt, right } => int(&cell(left)) < int(&cell(right)),
        other => panic!("a condition of the ledger: {other}"),
    }
}
