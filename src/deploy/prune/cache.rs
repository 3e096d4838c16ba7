//! The build cache goes as a whole: only builds know which of its entries they will want, and all of it comes back.

use crate::deploy::stock::Stock;
use crate::domain::text::visible;
use crate::domain::{ByteSize, CacheRecord, Operation};

use super::{Found, step};

/// So many of the greatest entries are named.
const NAMED: usize = 10;

/// Plans to remove what no build uses right now.
pub(super) fn find(stock: &Stock, found: &mut Found, notes: &mut Vec<String>) {
    let (used, mut free): (Vec<&CacheRecord>, Vec<&CacheRecord>) =
        stock.cache.iter().partition(|record| record.in_use);
    if !used.is_empty() {
        let entries = entries(used.len());
        found
            .spared
            .push(format!("{entries} that a build uses right now"));
    }
    if free.is_empty() {
        return;
    }
    // What an image has, too, is freed with the image.
    let own = free.iter().filter(|record| !record.shared);
    let size: ByteSize = own.map(|record| record.size).sum();
    let title = format!("remove {} of the build cache ({size})", entries(free.len()));
    let operation = Operation::PruneBuildCache {
        entries: free.len(),
        size,
    };
    found.steps.push(step(title, operation));
    notes.push(format!(
        "the next builds take longer: {size} of what they would skip is made anew"
    ));
    free.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.id.cmp(&b.id)));
    for record in free.iter().take(NAMED) {
        let with_image = if record.shared {
            ", an image has it, too"
        } else {
            ""
        };
        let made_by = visible(&record.description);
        notes.push(format!(
            "  {:>5}  {made_by}{with_image}",
            record.size.to_string()
        ));
    }
    if free.len() > NAMED {
        notes.push(format!("  and {} more", entries(free.len() - NAMED)));
    }
}

fn entries(count: usize) -> String {
    let s = if count == 1 { "entry" } else { "entries" };
    format!("{count} {s}")
}
