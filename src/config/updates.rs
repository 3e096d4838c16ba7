//! How often registries are asked for updates.

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer};

/// The table `[updates]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Updates {
    /// How often; none is only when somebody wants to know.
    #[serde(deserialize_with = "check")]
    pub check: Option<SignedDuration>,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            check: Some(SignedDuration::from_hours(6)),
        }
    }
}

/// A span like "6h", or "never". Not under an hour: registries count questions, and images are not that new.
fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    use serde::de::Error;
    const LEAST: SignedDuration = SignedDuration::from_hours(1);
    const MOST: SignedDuration = SignedDuration::from_hours(30 * 24);
    let text = String::deserialize(deserializer)?;
    if text == "never" {
        return Ok(None);
    }
    let span: SignedDuration = text.parse().map_err(|_| {
        D::Error::custom(format!("`{text}` is no span; write one like 6h, or never"))
    })?;
    if (LEAST..=MOST).contains(&span) {
        return Ok(Some(span));
    }
    Err(D::Error::custom(format!(
        "`{text}` is out of range: 1h to 720h, or never"
    )))
}
