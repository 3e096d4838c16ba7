//! Choosing the columns of a list: hidden ones stay away until they are wanted again, also the next time.

use crate::app::columns::ColumnsView;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::keymap::{Key, KeyCode};

use super::toast;

pub(super) fn open(model: &mut Model) {
    let titles = model.regions.columns.clone();
    match model.list_name() {
        Some(list) if !titles.is_empty() => {
            model.overlay = Some(Overlay::Columns(ColumnsView {
                list,
                titles,
                cursor: 0,
            }));
        }
        _ => toast(model, "there are no columns here", Tone::Note),
    }
}

/// Takes a key, if it is one for the columns.
pub(super) fn press(model: &mut Model, key: Key) -> bool {
    match (&model.overlay, key.code) {
        (Some(Overlay::Columns(view)), KeyCode::Enter | KeyCode::Char(' ')) => {
            let row = view.cursor;
            switch(model, row);
            true
        }
        _ => false,
    }
}

/// A click on a row: the cursor goes there, and the column comes or goes.
pub(super) fn click(model: &mut Model, row: usize) {
    if let Some(Overlay::Columns(view)) = &mut model.overlay
        && row < view.titles.len()
    {
        view.cursor = row;
        switch(model, row);
    }
}

fn switch(model: &mut Model, row: usize) {
    let Some(Overlay::Columns(view)) = &model.overlay else {
        return;
    };
    let Some(title) = view.titles.get(row) else {
        return;
    };
    let hidden = model.remembered.hidden.entry(view.list.to_owned());
    let hidden = hidden.or_default();
    if !hidden.remove(*title) {
        hidden.insert((*title).to_owned());
    }
}
