//! Where something is copied to, or from; then it is a job as any other.

use tui_input::{Input, InputRequest};

use crate::app::browser::{CopyFileView, FilesEffect};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::app::update::{input, jobs, toast};
use crate::domain::file::{join, last_part};
use crate::domain::text::visible;
use crate::domain::{ActionName, FileCopy, FileKind, Request};
use crate::keymap::{Key, KeyCode};

/// No path is longer (`PATH_MAX` of Linux).
const LONGEST_PATH: usize = 4_096;

/// Asks where the file or folder under the cursor is copied to.
pub(super) fn ask_out(model: &mut Model) {
    let Some(browser) = &model.browser else {
        return;
    };
    let (path, name) = match (&browser.page, browser.selected()) {
        (Some(page), _) => (page.path.clone(), last_part(&page.path).to_owned()),
        (None, Some(entry)) if !entry.exact => {
            let why = "its name is not UTF-8: copy out the folder that it is in";
            return toast(model, why, Tone::Warning);
        }
        (None, Some(entry)) => match entry.kind {
            FileKind::File | FileKind::Folder | FileKind::Link(_) => {
                (join(&browser.path, &entry.name), entry.name.clone())
            }
            _ => {
                let why = format!("it is a {}: nothing is in it", entry.kind.word());
                return toast(model, why, Tone::Warning);
            }
        },
        (None, None) => return toast(model, "no file is selected", Tone::Warning),
    };
    ask(
        model,
        ActionName::CopyOut,
        path,
        format!("./{}", visible(&name)),
    );
}

/// Asks what is copied into the folder that is shown.
pub(super) fn ask_in(model: &mut Model) {
    let path = match &model.browser {
        Some(browser) if browser.entries.is_some() && browser.page.is_none() => {
            browser.path.clone()
        }
        _ => return toast(model, "no folder is shown", Tone::Warning),
    };
    ask(model, ActionName::CopyIn, path, "./".to_owned());
}

fn ask(model: &mut Model, action: ActionName, path: String, typed: String) {
    if let Some(browser) = &model.browser {
        model.overlay = Some(Overlay::CopyFile(CopyFileView {
            action,
            host: browser.host.clone(),
            place: browser.place(path),
            target: browser.target.clone(),
            input: Input::new(typed),
            exists: false,
        }));
    }
}

/// Takes a key for the question; false where it is not there.
pub(in crate::app::update) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    let Some(Overlay::CopyFile(view)) = &mut model.overlay else {
        return false;
    };
    match key.code {
        KeyCode::Esc => model.overlay = None,
        KeyCode::Enter if !view.exists => decide(model, out),
        _ if view.exists => match key.typed() {
            Some('y' | 'Y') => start(model, true, out),
            Some('n' | 'N') => view.exists = false,
            // Anything else is no answer: the question stays.
            _ => {}
        },
        _ => {
            if let Some(request) = input::edit(key)
                && view.input.value().len() < LONGEST_PATH
            {
                view.input.handle(request);
            }
        }
    }
    true
}

/// Puts pasted text into the path; whether that is asked for.
pub(in crate::app::update) fn paste(model: &mut Model, line: &str) -> bool {
    let Some(Overlay::CopyFile(view)) = &mut model.overlay else {
        return false;
    };
    for c in line.chars().filter(|c| !c.is_control()) {
        view.input.handle(InputRequest::InsertChar(c));
    }
    true
}

/// Begins it, unless something is there already.
fn decide(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::CopyFile(view)) = &mut model.overlay else {
        return;
    };
    let typed = view.input.value().trim().to_owned();
    let name = last_part(typed.trim_end_matches('/')).to_owned();
    let names_none = matches!(&*name, "" | "." | "..");
    if typed.is_empty() || (names_none && view.action == ActionName::CopyIn) {
        return;
    }
    if view.action == ActionName::CopyOut {
        let name = last_part(&view.place.path).to_owned();
        let look = FilesEffect::LookHere { typed, name };
        out.push(Effect::Files(view.host.clone(), look));
        return;
    }
    let shown = model.browser.as_ref().and_then(|one| one.entries.as_ref());
    let is_there = shown.is_some_and(|entries| {
        let mut entries = entries.iter();
        entries.any(|entry| entry.name == name && entry.kind != FileKind::Folder)
    });
    if is_there {
        view.exists = true;
    } else {
        start(model, false, out);
    }
}

/// It is known whether there is something on this machine that would be written over.
pub(super) fn here(model: &mut Model, typed: &str, exists: bool, out: &mut Vec<Effect>) {
    let Some(Overlay::CopyFile(view)) = &mut model.overlay else {
        return;
    };
    if view.input.value().trim() != typed {
        return;
    }
    if exists {
        view.exists = true;
    } else {
        start(model, false, out);
    }
}

fn start(model: &mut Model, overwrite: bool, out: &mut Vec<Effect>) {
    let Some(Overlay::CopyFile(view)) = model.overlay.take() else {
        return;
    };
    let copy = FileCopy {
        place: view.place,
        local: view.input.value().trim().to_owned(),
        name: None,
        overwrite,
    };
    let request = Request::copy(view.action, view.target, copy);
    jobs::start_all(model, vec![request], out);
}

/// Cancels the copy that was begun last.
pub(super) fn cancel(model: &mut Model, out: &mut Vec<Effect>) {
    let copies = |action| matches!(action, Some(ActionName::CopyOut | ActionName::CopyIn));
    let job = model.running_jobs().find(|job| copies(job.action));
    let Some((id, title)) = job.map(|job| (job.id, job.title.clone())) else {
        return toast(model, "nothing is being copied", Tone::Warning);
    };
    out.push(Effect::CancelJob(id));
    toast(model, format!("cancelling {title} …"), Tone::Warning);
}
