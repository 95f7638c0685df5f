//! `groundplan.toml`: what the project says about the rules.
//!
//! ```toml
//! [rules]
//! GP-BL301 = "warning"
//! GP-NT501 = "off"
//!
//! [[waiver]]
//! rule = "GP-BL303"
//! object = "archive.*"
//! reason = "nobody writes there in the daytime"
//! until = "2027-01-31"
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use schema_core::{Error, RuleName, Rules, Severity, Waiver};
use serde::Deserialize;

use super::file;

/// Where it is looked for when no other is named.
const FILE: &str = "groundplan.toml";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    rules: BTreeMap<RuleName, Severity>,
    #[serde(default)]
    waiver: Vec<Waiver>,
}

/// The rules as the file says, or as they are where there is none.
pub(super) fn rules(path: Option<&Path>) -> Result<Rules, Error> {
    let usual = Path::new(FILE);
    let Some(path) = path.or_else(|| usual.exists().then_some(usual)) else { return Ok(Rules::default()) };
    read(&file::read(path)?).map_err(file::within(path))
}

fn read(text: &str) -> Result<Rules, Error> {
    let config: Config = toml::from_str(text).map_err(|error| Error::Input(error.to_string()))?;
    let mut severities = config.rules.into_iter();
    let rules =
        severities.try_fold(Rules::default(), |rules, (rule, severity)| rules.severity(rule, severity))?;
    config.waiver.into_iter().try_fold(rules, Rules::waive)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn severities_and_waivers_are_read() {
        let text = "[rules]\nGP-BL301 = \"warning\"\n\"acme/picky\" = \"off\"\n[[waiver]]\nrule = \"GP-BL303\"\n\
                    object = \"archive.*\"\nreason = \"quiet\"\nuntil = \"2027-01-31\"\n";
        let rules = format!("{:?}", read(text).expect("it can be read"));
        assert!(
            rules.contains("Rewrite") && rules.contains("acme/picky") && rules.contains("archive.*"),
            "{rules}"
        );
        assert!(read("").is_ok());
    }

    #[test]
    fn mistakes_are_refused() {
        for (text, why) in [
            ("[rules]\nGP-XX1 = \"off\"", "no rule"),
            ("[rules]\nGP-BL301 = \"loud\"", "unknown variant"),
            ("[rules]\nGP-DL101 = \"off\"", "loses data"),
            ("[[waiver]]\nrule = \"GP-DL101\"\nobject = \"*\"\nreason = \"x\"", "never waived"),
            ("[[waiver]]\nrule = \"GP-BL301\"\nobject = \"*\"", "reason"),
            ("[[waiver]]\nrule = \"GP-BL301\"\nobject = \"*\"\nreason = \"x\"\nuntil = \"soon\"", "no day"),
            ("[rulez]\n", "unknown field"),
            ("force = true\n", "unknown field"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
