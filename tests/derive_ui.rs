//! What the derives refuse, and what they say then: one case for each rule.
//!
//! The messages are those of one compiler. After a change of ours, `TRYBUILD=overwrite cargo test --test derive_ui`
//! writes them anew.

#[test]
fn refusals() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
