//! The rows of the images view's second list: what builds left to be faster the next time.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::app::filter::narrow;
use crate::app::model::Model;
use crate::domain::{CacheRecord, HostId};

/// The greatest first; of equals what was used last.
pub(super) fn rows(model: &Model) -> Vec<(HostId, Arc<str>)> {
    let list = &model.cache;
    let mut rows = Vec::new();
    for host in &model.hosts {
        let usage = host.storing.engine.value.iter();
        // "A problem" of an entry is that it takes room for nothing: no build uses it, and no image has it.
        let left = usage
            .flat_map(|usage| &usage.cache)
            .filter(|record| !list.only_problems || !(record.in_use || record.shared))
            .collect();
        let mut left = narrow(left, &list.filter, |record: &&CacheRecord| {
            format!("{} {} {}", record.description, record.kind, record.id)
        });
        left.sort_by_key(|record| (Reverse(record.size), Reverse(record.last_used), &record.id));
        let named = left.into_iter().map(|record| Arc::from(&*record.id));
        rows.extend(named.map(|id| (host.id.clone(), id)));
    }
    rows
}
