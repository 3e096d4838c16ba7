//! A certificate is copied or written to a file, in the form that is chosen.

use tui_input::Input;

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::pem::{CopyChoice, CopyView, ExportView, PemAnswer, PemTarget, PemWanted, places};
use crate::app::toast::Tone;
use crate::domain::text::visible;
use crate::keymap::{Key, KeyCode};

use super::{input, notice, toast};

/// No path is longer (`PATH_MAX` of Linux).
const LONGEST_PATH: usize = 4_096;

/// Offers what can be copied of the certificate under the cursor.
pub(super) fn choose(model: &mut Model) {
    let Some(sha256) = selected(model) else {
        return;
    };
    model.overlay = Some(Overlay::Copy(CopyView { sha256, cursor: 0 }));
}

/// Asks for the file that the chain is written to.
pub(super) fn ask_file(model: &mut Model) {
    let Some(sha256) = selected(model) else {
        return;
    };
    let title = model.certificate(&sha256).map(|(_, one)| one.title());
    let path = Input::new(file_name(title.unwrap_or_default()));
    model.overlay = Some(Overlay::Export(ExportView {
        sha256,
        path,
        exists: false,
    }));
}

fn selected(model: &mut Model) -> Option<String> {
    let selected = model.selected_certificate();
    let sha256 = selected.map(|(_, certificate)| certificate.sha256.clone());
    if sha256.is_none() {
        toast(model, "no certificate is selected", Tone::Warning);
    }
    sha256
}

/// A name of a file that says whose it is, and cannot lead elsewhere, whatever the certificate says.
fn file_name(title: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let stem: String = title
        .chars()
        .take(100)
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let stem = stem.trim_start_matches('.');
    format!("{}.pem", if stem.is_empty() { "certificate" } else { stem })
}

/// Takes a key for the choice and for the file's path; false when it is none of theirs.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    match &mut model.overlay {
        Some(Overlay::Copy(view)) => {
            let by_key = CopyChoice::ALL
                .into_iter()
                .find(|choice| key.typed() == Some(choice.key()));
            let under_cursor = (key.code == KeyCode::Enter)
                .then(|| CopyChoice::ALL.get(view.cursor).copied())
                .flatten();
            let Some(choice) = by_key.or(under_cursor) else {
                return false;
            };
            let sha256 = view.sha256.clone();
            model.overlay = None;
            take(model, &sha256, choice, out);
        }
        Some(Overlay::Export(view)) => match key.code {
            KeyCode::Esc => model.overlay = None,
            KeyCode::Enter if !view.exists => write(model, false, out),
            _ if view.exists => match key.typed() {
                Some('y' | 'Y') => write(model, true, out),
                Some('n' | 'N') => view.exists = false,
                // Anything else is no answer: the question stays.
                _ => {}
            },
            _ => {
                if let Some(request) = input::edit(key)
                    && view.path.value().len() < LONGEST_PATH
                {
                    view.path.handle(request);
                }
            }
        },
        _ => return false,
    }
    true
}

/// Puts pasted text into the file's path; whether that is asked for.
pub(super) fn paste(model: &mut Model, line: &str) -> bool {
    let Some(Overlay::Export(view)) = &mut model.overlay else {
        return false;
    };
    for c in line.chars().filter(|c| !c.is_control()) {
        view.path.handle(tui_input::InputRequest::InsertChar(c));
    }
    true
}

fn take(model: &mut Model, sha256: &str, choice: CopyChoice, out: &mut Vec<Effect>) {
    let Some((_, certificate)) = model.certificate(sha256) else {
        return gone(model);
    };
    let text = match choice {
        CopyChoice::Fingerprint => certificate.sha256.clone(),
        CopyChoice::Serial => certificate.serial.clone(),
        CopyChoice::Names => {
            // A name can hold a line break or an escape: pasted into a shell, it would be a command.
            let names = certificate.names.iter().map(|name| visible(name));
            names.collect::<Vec<_>>().join("\n")
        }
        CopyChoice::Leaf => return want(model, sha256, PemTarget::CopyLeaf, out),
        CopyChoice::Chain => return want(model, sha256, PemTarget::CopyChain, out),
    };
    copied(model, visible_lines(&text), choice.about(), out);
}

fn visible_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n")
}

fn copied(model: &mut Model, text: String, what: &str, out: &mut Vec<Effect>) {
    if text.is_empty() {
        return toast(model, format!("it has no {what}"), Tone::Warning);
    }
    toast(model, format!("copied: {what}"), Tone::Note);
    out.push(Effect::Copy(text));
}

fn gone(model: &mut Model) {
    toast(model, "the certificate is gone", Tone::Warning);
}

fn write(model: &mut Model, replace: bool, out: &mut Vec<Effect>) {
    let Some(Overlay::Export(view)) = &model.overlay else {
        return;
    };
    let (sha256, path) = (view.sha256.clone(), view.path.value().trim().to_owned());
    if !path.is_empty() {
        want(model, &sha256, PemTarget::File { path, replace }, out);
    }
}

fn want(model: &mut Model, sha256: &str, target: PemTarget, out: &mut Vec<Effect>) {
    let Some((host, certificate)) = model.certificate(sha256) else {
        return gone(model);
    };
    let id_of = |name: &str| {
        let mut all = host.containers.values();
        all.find(|one| *one.name == *name).map(|one| one.id.clone())
    };
    let wanted = PemWanted {
        host: host.id.clone(),
        sha256: sha256.to_owned(),
        places: places(certificate, id_of),
        target,
    };
    out.push(Effect::TakePem(wanted));
}

/// Takes in what came of it.
pub(super) fn answer(
    model: &mut Model,
    target: &PemTarget,
    answer: PemAnswer,
    out: &mut Vec<Effect>,
) {
    match answer {
        PemAnswer::Text(text) => {
            let what = match target {
                PemTarget::CopyLeaf => CopyChoice::Leaf,
                _ => CopyChoice::Chain,
            };
            copied(model, text, what.about(), out);
        }
        PemAnswer::Written(path) => {
            if matches!(model.overlay, Some(Overlay::Export(_))) {
                model.overlay = None;
            }
            let said = format!("wrote the chain to {}", visible(&path));
            toast(model, said, Tone::Done);
        }
        PemAnswer::Exists => {
            if let Some(Overlay::Export(view)) = &mut model.overlay {
                view.exists = true;
            }
        }
        PemAnswer::Failed(failure) => notice(model, &failure),
    }
}
