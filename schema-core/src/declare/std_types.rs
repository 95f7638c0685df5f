//! The column types of std.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{ArrayElement, ColumnType};
use crate::{Check, Database, NativeTypes, Sql, Type};

column_types! {
    bool => Type::Bool,
    i8 => Type::TinyInt,
    i16 => Type::SmallInt,
    i32 => Type::Integer,
    i64 => Type::BigInt,
    u16 => Type::Unsigned(16),
    u32 => Type::Unsigned(32),
    u64 => Type::Unsigned(64),
    NonZero<i8> => Type::TinyInt,
    NonZero<i16> => Type::SmallInt,
    NonZero<i32> => Type::Integer,
    NonZero<i64> => Type::BigInt,
    NonZero<u8> => Type::Unsigned(8),
    NonZero<u16> => Type::Unsigned(16),
    NonZero<u32> => Type::Unsigned(32),
    NonZero<u64> => Type::Unsigned(64),
    f32 => Type::Real,
    f64 => Type::Double,
    char => Type::Char(1),
    str => Type::Text,
    String => Type::Text,
    Vec<u8> => Type::Blob,
    [u8] => Type::Blob,
    SystemTime => Type::TimestampTz,
    Duration => Type::Interval,
    IpAddr => Type::Inet,
    Ipv4Addr => Type::Inet,
    Ipv6Addr => Type::Inet,
}

/// A byte is no array element: a list of bytes is a byte string.
#[diagnostic::do_not_recommend]
impl ColumnType for u8 {
    fn column_type() -> Type {
        Type::Unsigned(8)
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> ColumnType for [u8; N] {
    fn column_type() -> Type {
        // A length that does not fit is longer than any engine takes, which the dialect then says.
        Type::Binary(u32::try_from(N).unwrap_or(u32::MAX))
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> ArrayElement for [u8; N] {}

/// Arrays take everything but the type itself from their elements.
macro_rules! arrays {
    ($([$($generics:tt)*] $rust:ty),* $(,)?) => {$(
        impl<$($generics)*> ColumnType for $rust {
            fn column_type() -> Type {
                T::column_type().array()
            }

            fn native_types() -> NativeTypes {
                let array = |element: Sql| Sql::new(format!("{element}[]"));
                NativeTypes { postgres: T::native_types().postgres.map(array), ..NativeTypes::default() }
            }

            fn define(types: &mut Database) {
                T::define(types);
            }
        }
    )*};
}
arrays!([T: ArrayElement] Vec<T>, [T: ArrayElement] [T], [T: ArrayElement, const N: usize] [T; N]);

/// Types that stand for another one.
macro_rules! transparent {
    ($([$($generics:tt)*] $rust:ty, nullable: $nullable:expr);* $(;)?) => {$(
        impl<$($generics)*> ColumnType for $rust {
            const NULLABLE: bool = $nullable;

            fn column_type() -> Type {
                T::column_type()
            }

            fn native_types() -> NativeTypes {
                T::native_types()
            }

            fn check(column: &str) -> Option<Check> {
                T::check(column)
            }

            fn define(types: &mut Database) {
                T::define(types);
            }
        }
    )*};
}
transparent! {
    [T: ColumnType] Option<T>, nullable: true;
    [T: ColumnType + ?Sized] &T, nullable: T::NULLABLE;
    [T: ColumnType + ?Sized] Box<T>, nullable: T::NULLABLE;
    [T: ColumnType + ?Sized] Rc<T>, nullable: T::NULLABLE;
    [T: ColumnType + ?Sized] Arc<T>, nullable: T::NULLABLE;
    [T: ColumnType + ToOwned + ?Sized] Cow<'_, T>, nullable: T::NULLABLE;
}

impl<T: ArrayElement> ArrayElement for Option<T> {}
impl<T: ArrayElement + ?Sized> ArrayElement for &T {}
impl<T: ArrayElement + ?Sized> ArrayElement for Box<T> {}
impl<T: ArrayElement + ToOwned + ?Sized> ArrayElement for Cow<'_, T> {}
