//! Looking through somebody's files: going in and up, reading, finding.

mod copy;

use tui_input::Input;

use crate::app::action::Action;
use crate::app::browser::{Browser, FilesEffect, FilesMsg};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::file::{join, parent};
use crate::domain::text::visible;
use crate::domain::{ActionName, FileKind, FilesOf, JobId, StorageUser};
use crate::keymap::{Key, KeyCode};
use crate::logs::Query;

use super::{input, toast};

pub(super) use copy::{paste, press as press_question};

/// Opens the files of what is under the cursor.
pub(super) fn open(model: &mut Model, out: &mut Vec<Effect>) {
    let found = match model.view {
        View::Services => of_service(model),
        View::Volumes => of_storage(model),
        _ => None,
    };
    let Some((mut browser, path)) = found else {
        toast(
            model,
            "no container and no volume is selected",
            Tone::Warning,
        );
        return;
    };
    ask(&mut browser, path, false, out);
    model.browser = Some(browser);
}

fn of_service(model: &Model) -> Option<(Browser, String)> {
    let (host, service, container) = model.selected_service()?;
    // Of several, which of them is said.
    let title = if service.containers.len() > 1 {
        container.name.to_string()
    } else {
        service.id.to_string()
    };
    let of = FilesOf::Container(container.id.clone());
    let target = service.id.clone().into();
    let browser = Browser::new(host.id.clone(), of, target, title, model.now);
    Some((browser, "/".to_owned()))
}

/// A folder of the host is looked at as a container sees it: that works wherever the host is.
fn of_storage(model: &Model) -> Option<(Browser, String)> {
    let (host, storage) = model.selected_storage()?;
    let id = host.id.clone();
    if let Some(volume) = &storage.volume {
        let name = volume.id.name.to_string();
        let title = format!("volume {name}");
        let target = volume.id.clone().into();
        let browser = Browser::new(id, FilesOf::Volume(name), target, title, model.now);
        return Some((browser, "/".to_owned()));
    }
    let user = storage
        .users
        .iter()
        .max_by_key(|user: &&StorageUser| user.running)?;
    let of = FilesOf::Container(user.container.clone());
    let target = user.service.clone().into();
    let browser = Browser::new(id, of, target, user.service.to_string(), model.now);
    Some((browser, user.destination.clone()))
}

fn ask(browser: &mut Browser, path: String, anew: bool, out: &mut Vec<Effect>) {
    let host = browser.host.clone();
    if let Some(wanted) = browser.open(path, anew) {
        out.push(Effect::Files(host, wanted));
    }
}

/// Closes it; what is being asked is asked no more.
pub(super) fn close(model: &mut Model, out: &mut Vec<Effect>) {
    if let Some(browser) = model.browser.take()
        && browser.opening.is_some()
    {
        out.push(Effect::Files(browser.host, FilesEffect::Stop));
    }
}

/// Takes in an answer.
pub(super) fn answer(model: &mut Model, answer: FilesMsg, out: &mut Vec<Effect>) {
    let now = model.now;
    match answer {
        FilesMsg::Passed(question, passed) => {
            let opening = model.browser.as_mut().and_then(|one| one.opening.as_mut());
            if let Some(opening) = opening.filter(|opening| opening.question == question) {
                opening.passed = passed;
            }
        }
        FilesMsg::Opened(question, opened) => {
            let Some(browser) = &mut model.browser else {
                return;
            };
            let odd = browser.answer(question, opened, now);
            let failed = browser
                .failure
                .clone()
                .filter(|_| browser.entries.is_some());
            if let Some(word) = odd {
                toast(
                    model,
                    format!("it is a {word}: nothing to show"),
                    Tone::Warning,
                );
            }
            // Where something is shown it stays, and why there is nothing else is said.
            if let Some(failure) = failed {
                super::notice(model, &failure);
            }
        }
        FilesMsg::Here { typed, exists } => copy::here(model, &typed, exists, out),
    }
}

/// Something was copied in: it is shown.
pub(super) fn job_ended(model: &mut Model, id: JobId, out: &mut Vec<Effect>) {
    let copied_in = model.job(id).is_some_and(|job| {
        job.action == Some(ActionName::CopyIn)
            && model
                .browser
                .as_ref()
                .is_some_and(|one| one.target == job.target)
    });
    if let Some(browser) = model.browser.as_mut().filter(|_| copied_in)
        && browser.page.is_none()
    {
        let path = browser.path.clone();
        ask(browser, path, true, out);
    }
}

/// Takes a key for the text field in use; false when there is none.
pub(super) fn typed(model: &mut Model, key: Key) -> bool {
    let rows = model.regions.list_rows;
    let Some(browser) = &mut model.browser else {
        return false;
    };
    let in_page = browser.page.is_some();
    let field = match &mut browser.page {
        Some(page) => &mut page.input,
        None => &mut browser.input,
    };
    let Some(text) = field else {
        return false;
    };
    match key.code {
        KeyCode::Enter => {
            *field = None;
            return true;
        }
        KeyCode::Esc => {
            *field = None;
            search(browser, "", rows);
            return true;
        }
        KeyCode::Up | KeyCode::Down if !in_page => {
            browser.step(if key.code == KeyCode::Up { -1 } else { 1 });
            return true;
        }
        _ => {}
    }
    if let Some(request) = input::edit(key) {
        text.handle(request);
        let text = text.value().to_owned();
        search(browser, &text, rows);
    }
    true
}

fn search(browser: &mut Browser, text: &str, rows: usize) {
    match &mut browser.page {
        Some(page) => {
            page.query = Query::new(text);
            page.hit = None;
            page.find(true, rows);
        }
        None => browser.narrow(text),
    }
}

/// Does what is asked for among somebody's files; false where it is for the dashboard.
pub(super) fn perform(model: &mut Model, action: Action, out: &mut Vec<Effect>) -> bool {
    let rows = model.regions.list_rows.max(1);
    let Some(browser) = &mut model.browser else {
        return false;
    };
    match action {
        Action::Show(_) => {
            close(model, out);
            return false;
        }
        Action::Back => back(model, out),
        Action::Up => motion(browser, -1, rows),
        Action::Down => motion(browser, 1, rows),
        Action::PageUp => motion(browser, -page_of(rows), rows),
        Action::PageDown => motion(browser, page_of(rows), rows),
        Action::Top => motion(browser, isize::MIN, rows),
        Action::Bottom => motion(browser, isize::MAX, rows),
        Action::Left => match &mut browser.page {
            Some(page) => page.column = page.column.saturating_sub(8),
            None => up(browser, out),
        },
        Action::Right => match &mut browser.page {
            Some(page) => page.column = page.column.saturating_add(8).min(100_000),
            None => enter(model, out),
        },
        Action::FolderUp if browser.page.is_some() => browser.page = None,
        Action::FolderUp => up(browser, out),
        Action::Enter | Action::ViewFile => enter(model, out),
        Action::Filter => open_field(browser),
        Action::Sort if browser.page.is_none() => browser.sort(browser.order.next()),
        Action::NextMatch | Action::PreviousMatch => {
            if let Some(page) = &mut browser.page {
                page.find(action == Action::NextMatch, rows);
            }
        }
        Action::Refresh => {
            let page = browser.page.as_ref().map(|page| page.path.clone());
            let path = page.unwrap_or_else(|| browser.path.clone());
            ask(browser, path, true, out);
        }
        Action::Copy => copy_path(model, out),
        Action::Do(ActionName::CopyOut) => copy::ask_out(model),
        Action::Do(ActionName::CopyIn) => copy::ask_in(model),
        Action::CancelJob => copy::cancel(model, out),
        Action::Palette
        | Action::Help
        | Action::Findings
        | Action::ToggleMouse
        | Action::Suspend
        | Action::Quit => return false,
        // Not of what lies behind.
        _ => {}
    }
    true
}

fn page_of(rows: usize) -> isize {
    isize::try_from(rows.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Moves in the list, or in the file.
pub(super) fn motion(browser: &mut Browser, by: isize, rows: usize) {
    match &mut browser.page {
        Some(page) => {
            let most = page.len().saturating_sub(rows);
            page.top = page.top.min(most).saturating_add_signed(by).min(most);
        }
        None => browser.step(by),
    }
}

fn open_field(browser: &mut Browser) {
    match &mut browser.page {
        Some(page) => {
            let text = page.query.as_ref().map_or("", Query::text).to_owned();
            page.input = Some(Input::new(text));
        }
        None => browser.input = Some(Input::new(browser.filter.clone())),
    }
}

fn up(browser: &mut Browser, out: &mut Vec<Effect>) {
    if browser.path != "/" {
        let path = parent(&browser.path).to_owned();
        ask(browser, path, false, out);
    }
}

/// Goes into a folder, reads a file, follows a link.
pub(super) fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(browser) = &mut model.browser else {
        return;
    };
    if browser.page.is_some() {
        return;
    }
    let Some(entry) = browser.selected() else {
        return;
    };
    let refused = match &entry.kind {
        _ if !entry.exact => {
            Some("its name is not UTF-8: copy out the folder that it is in".to_owned())
        }
        FileKind::File | FileKind::Folder | FileKind::Link(_) => None,
        other => Some(format!("it is a {}: nothing to show", other.word())),
    };
    if let Some(why) = refused {
        toast(model, why, Tone::Warning);
        return;
    }
    let path = join(&browser.path, &entry.name);
    ask(browser, path, false, out);
}

/// One step back: what is asked, the file, the filter, then out of it.
fn back(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(browser) = &mut model.browser else {
        return;
    };
    if browser.opening.take().is_some() {
        let host = browser.host.clone();
        out.push(Effect::Files(host, FilesEffect::Stop));
        if browser.entries.is_some() {
            return;
        }
    } else if browser.page.take().is_some() {
        return;
    } else if !browser.filter.is_empty() {
        browser.narrow("");
        return;
    }
    model.browser = None;
}

fn copy_path(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(browser) = &model.browser else {
        return;
    };
    let path = match (&browser.page, browser.selected()) {
        (Some(page), _) => page.path.clone(),
        (None, Some(entry)) => join(&browser.path, &entry.name),
        (None, None) => browser.path.clone(),
    };
    // A name can hold a line break or an escape: pasted into a shell, it would be a command.
    let path = visible(&path).into_owned();
    toast(model, format!("copied {path}"), Tone::Note);
    out.push(Effect::Copy(path));
}

/// A row was clicked.
pub(super) fn click(model: &mut Model, row: usize) {
    if let Some(browser) = model.browser.as_mut().filter(|one| one.page.is_none()) {
        browser.cursor = row.min(browser.rows.len().saturating_sub(1));
    }
}

/// Whether what lies over the view is a question of ours.
pub(super) const fn asks(overlay: &Overlay) -> bool {
    matches!(overlay, Overlay::CopyFile(_))
}
