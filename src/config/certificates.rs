//! Where certificates are served besides what containers tell.

use serde::{Deserialize, Deserializer};

use crate::domain::endpoint::Entry;

/// The table `[certificates]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Certificates {
    /// Endpoints that are asked from the first host.
    endpoints: Vec<Named>,
}

/// One entry; each by itself, so that an error names its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named(Entry);

impl Certificates {
    /// The endpoints it names.
    pub fn endpoints(&self) -> Vec<Entry> {
        self.endpoints.iter().map(|named| named.0.clone()).collect()
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let entry = Entry::parse(&text).map_err(serde::de::Error::custom)?;
        Ok(Self(entry))
    }
}
