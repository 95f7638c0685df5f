//! Which SQL type each Rust type has.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::{NonZeroI64, NonZeroU8};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use groundplan::ColumnType;
use groundplan::dsl::Type;

fn of<T: ColumnType + ?Sized>() -> (Type, bool) {
    (T::column_type(), T::NULLABLE)
}

macro_rules! assert_types {
    ($($rust:ty => $sql:expr),* $(,)?) => {$(
        assert_eq!(of::<$rust>(), ($sql, false), stringify!($rust));
        assert_eq!(of::<Option<$rust>>(), ($sql, true), "Option<{}>", stringify!($rust));
    )*};
}

#[test]
fn std_types() {
    assert_types! {
        bool => Type::Bool,
        i8 => Type::TinyInt,
        i16 => Type::SmallInt,
        i32 => Type::Integer,
        i64 => Type::BigInt,
        u8 => Type::Unsigned(8),
        u16 => Type::Unsigned(16),
        u32 => Type::Unsigned(32),
        u64 => Type::Unsigned(64),
        NonZeroI64 => Type::BigInt,
        NonZeroU8 => Type::Unsigned(8),
        f32 => Type::Real,
        f64 => Type::Double,
        char => Type::Char(1),
        String => Type::Text,
        &'static str => Type::Text,
        Cow<'static, str> => Type::Text,
        Box<str> => Type::Text,
        Arc<str> => Type::Text,
        Rc<i64> => Type::BigInt,
        Vec<u8> => Type::Blob,
        &'static [u8] => Type::Blob,
        Cow<'static, [u8]> => Type::Blob,
        Box<[u8]> => Type::Blob,
        [u8; 16] => Type::Binary(16),
        SystemTime => Type::TimestampTz,
        Duration => Type::Interval,
        IpAddr => Type::Inet,
        Ipv4Addr => Type::Inet,
        Ipv6Addr => Type::Inet,
        Vec<i64> => Type::BigInt.array(),
        Vec<NonZeroU8> => Type::Unsigned(8).array(),
        Vec<String> => Type::Text.array(),
        Vec<Option<String>> => Type::Text.array(),
        Vec<Vec<u8>> => Type::Blob.array(),
        Box<[i32]> => Type::Integer.array(),
        [f64; 2] => Type::Double.array(),
    }
}

#[cfg(feature = "json")]
#[test]
fn json_types() {
    assert_types!(serde_json::Value => Type::Json);
}
