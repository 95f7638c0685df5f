//! What the derives declare, compared with the same schema written in the DSL.
#![allow(dead_code, reason = "the structs of these tests only declare")]

mod coexistence;
mod enums;
mod keys;
mod options;
mod shapes;
mod types;
mod unusual;
