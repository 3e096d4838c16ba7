//! Lines that are marked, to be taken away.

use crate::app::effect::Effect;
use crate::app::log_view::Marking;
use crate::app::model::Model;

use super::scroll;

/// Begins to mark at the current match, else at the last line on screen; again begins anew where the cursor is.
pub(in crate::app::update) fn begin(model: &mut Model) {
    let last = last_on_screen(model);
    let logs = &mut model.logs;
    if let Some(marking) = &mut logs.marking {
        marking.from = marking.to;
        return;
    }
    let Some(at) = logs.hit.or(last) else { return };
    logs.marking = Some(Marking { from: at, to: at });
    if logs.follow {
        scroll::hold(model);
    }
}

/// The last line that is on screen.
pub(in crate::app::update) fn last_on_screen(model: &Model) -> Option<u64> {
    let logs = &model.logs;
    if logs.follow {
        return logs.shown_before(u64::MAX);
    }
    let top = model.regions.log_top.map_or(logs.top.0, |(top, _)| top);
    let mut last = logs.shown_from(top)?;
    for _ in 1..model.regions.log_rows {
        match logs.shown_from(last + 1) {
            Some(next) => last = next,
            None => break,
        }
    }
    Some(last)
}

/// Every line that is shown.
pub(in crate::app::update) fn all_shown(model: &Model) -> Vec<u64> {
    let logs = &model.logs;
    match &logs.shown {
        Some(shown) => shown.index.numbers().iter().copied().collect(),
        None => (logs.buffer.first()..logs.buffer.end()).collect(),
    }
}

/// Ends the saving of a log; whether one was being saved.
pub(in crate::app::update) fn stop_saving(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let is_saving = model.logs.saving.take().is_some();
    if is_saving {
        out.push(Effect::StopSaving);
    }
    is_saving
}

/// Ends marking; whether lines were marked.
pub(in crate::app::update) const fn end(model: &mut Model) -> bool {
    model.logs.marking.take().is_some()
}

/// Moves the end of what is marked by lines; the screen follows.
pub(super) fn step(model: &mut Model, rows: isize) {
    let logs = &mut model.logs;
    let Some(marking) = logs.marking else { return };
    let mut to = marking.to;
    if rows == isize::MAX {
        to = logs.shown_before(u64::MAX).unwrap_or(to);
    } else if rows == isize::MIN {
        to = logs.shown_from(0).unwrap_or(to);
    } else {
        for _ in 0..rows.unsigned_abs() {
            let next = if rows > 0 {
                logs.shown_from(to + 1)
            } else {
                logs.shown_before(to)
            };
            to = next.unwrap_or(to);
        }
    }
    logs.marking = Some(Marking { to, ..marking });
    scroll::reveal(model, to);
}

/// The lines that are taken away: those marked, else the current match, else the last one.
pub(in crate::app::update) fn taken(model: &Model) -> Vec<u64> {
    let logs = &model.logs;
    if logs.marking.is_some() {
        return logs.marked();
    }
    let one = logs.hit.or_else(|| logs.shown_before(u64::MAX));
    one.into_iter().collect()
}
