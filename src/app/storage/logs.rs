//! How fast logs grow.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::app::asked::Asked;
use crate::domain::{ByteSize, ContainerId};

/// The sizes of logs on disk.
type Sizes = Vec<(ContainerId, ByteSize)>;

/// How much each log grows a day, by how it grew since it was last asked; none where that was just now.
pub(super) fn grown(
    before: &Asked<Sizes>,
    sizes: &Sizes,
    now: Timestamp,
) -> Option<HashMap<ContainerId, ByteSize>> {
    const SHORTEST: f64 = 300.0;
    let seconds = now.duration_since(before.at?).as_secs_f64();
    if seconds < SHORTEST {
        return None;
    }
    let before = before.value.iter().flatten();
    let before: HashMap<&ContainerId, ByteSize> = before.map(|(id, size)| (id, *size)).collect();
    let grown = sizes.iter().filter_map(|(id, size)| {
        let more = size.0.checked_sub(before.get(id)?.0)?;
        let a_day = more as f64 / seconds * 86_400.0;
        Some((id.clone(), ByteSize(a_day as u64)))
    });
    Some(grown.collect())
}
