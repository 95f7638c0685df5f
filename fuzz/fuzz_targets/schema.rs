#![no_main]

#[path = "../src/bodies.rs"]
#[allow(dead_code, reason = "each target has one body")]
mod bodies;

libfuzzer_sys::fuzz_target!(|text: &str| bodies::schema(text));
