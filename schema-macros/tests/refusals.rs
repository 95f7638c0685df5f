//! What the derives refuse, and what they say then: one case for each rule.
//!
//! The messages are those of one compiler. After a change of ours, `TRYBUILD=overwrite cargo test -p schema-macros`
//! writes them anew. They live beside the macros, not the facade, so that no driver is built for them.

#[test]
fn refusals() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
