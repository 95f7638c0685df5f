//! placeholder
mod declare;

pub use declare::{
    __private, ArrayElement, ColumnType, Columns, Declaration, References, SqlEnum, SqlType, Table,
    TableName, TypedColumn, dsl,
};
