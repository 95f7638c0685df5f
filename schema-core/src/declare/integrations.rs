//! The column types of other crates, each behind the feature of its name.

#[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
use super::{ArrayElement, ColumnType};
#[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
use crate::NativeTypes;

#[cfg(any(
    feature = "chrono",
    feature = "time",
    feature = "jiff",
    feature = "uuid",
    feature = "json",
    feature = "rust_decimal",
    feature = "bigdecimal",
    feature = "ipnetwork",
    feature = "mac_address"
))]
use crate::Type;

#[cfg(feature = "chrono")]
column_types! {
    chrono::NaiveDate => Type::Date,
    chrono::NaiveTime => Type::Time,
    chrono::NaiveDateTime => Type::Timestamp,
    chrono::TimeDelta => Type::Interval,
    chrono::DateTime<chrono::Utc> => Type::TimestampTz,
    chrono::DateTime<chrono::Local> => Type::TimestampTz,
    chrono::DateTime<chrono::FixedOffset> => Type::TimestampTz,
}

#[cfg(feature = "time")]
column_types! {
    time::Date => Type::Date,
    time::Time => Type::Time,
    time::PrimitiveDateTime => Type::Timestamp,
    time::OffsetDateTime => Type::TimestampTz,
    time::UtcDateTime => Type::TimestampTz,
    time::Duration => Type::Interval,
}

#[cfg(feature = "jiff")]
column_types! {
    jiff::civil::Date => Type::Date,
    jiff::civil::Time => Type::Time,
    jiff::civil::DateTime => Type::Timestamp,
    jiff::Timestamp => Type::TimestampTz,
    jiff::SignedDuration => Type::Interval,
    jiff::Span => Type::Interval,
}

#[cfg(feature = "uuid")]
column_types! {
    uuid::Uuid => Type::Uuid,
    uuid::NonNilUuid => Type::Uuid,
}

#[cfg(feature = "json")]
column_types! {
    serde_json::Value => Type::Json,
}

#[cfg(feature = "ipnetwork")]
column_types! {
    ipnetwork::IpNetwork => Type::Inet,
    ipnetwork::Ipv4Network => Type::Inet,
    ipnetwork::Ipv6Network => Type::Inet,
}

#[cfg(feature = "mac_address")]
column_types! {
    mac_address::MacAddress => Type::MacAddr,
}

/// Decimals that say nothing of their digits: the widest that MySQL has and that holds each of them, and
/// `numeric` without limits in PostgreSQL.
#[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
macro_rules! decimal {
    ($rust:ty, $precision:literal, $scale:literal) => {
        impl ColumnType for $rust {
            fn column_type() -> Type {
                Type::Decimal { precision: $precision, scale: $scale }
            }

            fn native_types() -> NativeTypes {
                NativeTypes { postgres: Some("numeric".into()), ..NativeTypes::default() }
            }
        }
        impl ArrayElement for $rust {}
    };
}

#[cfg(feature = "rust_decimal")]
decimal!(rust_decimal::Decimal, 57, 28);
#[cfg(feature = "bigdecimal")]
decimal!(bigdecimal::BigDecimal, 65, 30);

#[cfg(all(
    test,
    feature = "chrono",
    feature = "time",
    feature = "jiff",
    feature = "uuid",
    feature = "json",
    feature = "rust_decimal",
    feature = "bigdecimal",
    feature = "ipnetwork",
    feature = "mac_address"
))]
mod tests {
    use super::*;

    #[test]
    fn every_integration_maps_its_types() {
        for (actual, expected) in [
            (chrono::DateTime::<chrono::Utc>::column_type(), Type::TimestampTz),
            (chrono::NaiveDateTime::column_type(), Type::Timestamp),
            (time::OffsetDateTime::column_type(), Type::TimestampTz),
            (time::Date::column_type(), Type::Date),
            (jiff::Timestamp::column_type(), Type::TimestampTz),
            (jiff::civil::Time::column_type(), Type::Time),
            (Vec::<uuid::Uuid>::column_type(), Type::Uuid.array()),
            (Option::<serde_json::Value>::column_type(), Type::Json),
            (rust_decimal::Decimal::column_type(), Type::Decimal { precision: 57, scale: 28 }),
            (bigdecimal::BigDecimal::column_type(), Type::Decimal { precision: 65, scale: 30 }),
            (ipnetwork::IpNetwork::column_type(), Type::Inet),
            (mac_address::MacAddress::column_type(), Type::MacAddr),
        ] {
            assert_eq!(actual, expected);
        }
        let arrays = Vec::<rust_decimal::Decimal>::native_types();
        assert_eq!(arrays.postgres, Some("numeric[]".into()));
    }
}
