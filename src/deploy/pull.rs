//! Whether there is anything to pull.

use super::observed::Observed;
use crate::backend::is_pinned;
use crate::domain::text::visible;

/// Whether a redeploy pulls, or why it does not.
pub(super) fn reason_to_skip(observed: &Observed) -> Option<String> {
    let name = observed.name();
    let facts = observed.facts();
    if facts.is_some_and(|facts| facts.builds) {
        return Some(format!("{name} is built from source here: nothing to pull"));
    }
    if let Some(policy @ ("never" | "build")) = facts.and_then(|facts| facts.pull_policy.as_deref())
    {
        return Some(format!(
            "the Compose file says pull_policy {policy}: nothing is pulled"
        ));
    }
    let images = observed.images.as_ref()?;
    let reference = images.reference.as_str();
    if is_fixed(reference) {
        return Some(format!(
            "{name} is pinned to one image by its digest: nothing to pull"
        ));
    }
    match &images.meant {
        Some(image) if image.digests.is_empty() => Some(format!(
            "{} was never pulled or pushed, only made on this host: nothing to pull",
            visible(reference)
        )),
        _ => None,
    }
}

/// Whether a reference can only ever mean one image.
pub(super) fn is_fixed(reference: &str) -> bool {
    is_pinned(reference) || is_id(reference)
}

/// An image id stands where a reference could: `sha256:` and 64 digits, or the digits alone.
fn is_id(reference: &str) -> bool {
    let digits = reference.strip_prefix("sha256:").unwrap_or(reference);
    digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
