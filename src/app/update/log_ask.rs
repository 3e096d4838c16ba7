//! What is typed or chosen about a log.

use jiff::Zoned;

use crate::app::effect::Effect;
use crate::app::log_ask::{LogAsk, LogLineView, LogQuestion, LogServices, LogTaken, LogTarget};
use crate::app::model::Model;
use crate::app::overlay::Overlay;
use crate::app::toast::Tone;
use crate::app::view::View;
use crate::domain::{ContainerId, Failure, ServiceId, When};
use crate::keymap::{Key, KeyCode};
use crate::logs::{LineKind, shown_text};

use super::{events, input, logs, notice, toast};

/// More lines are no text for a pager or a pipe; they are saved.
const MOST_TAKEN: usize = 1 << 26;

/// Asks for something about the log that is open.
pub(super) fn ask(model: &mut Model, question: LogQuestion) {
    if model.logs.scope.is_none() {
        toast(model, "no log is open", Tone::Warning);
        return;
    }
    let mut ask = LogAsk::new(question);
    if let LogQuestion::File { .. } = question {
        let now = Zoned::new(model.now, model.zone.clone());
        let name = format!("{}-{}.log", stem(model), now.strftime("%Y%m%d-%H%M%S"));
        ask.input = name.into();
    }
    model.overlay = Some(Overlay::LogAsk(ask));
}

/// A name of a file that says whose log it is.
fn stem(model: &Model) -> String {
    let title = model
        .logs
        .scope
        .as_ref()
        .map(crate::app::log_view::LogScope::title);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let title = title.unwrap_or_default();
    let stem: String = title
        .chars()
        .take(80)
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    stem.trim_start_matches('.').to_owned()
}

/// Takes a key for a question or choice about a log; false where it is none of theirs.
pub(super) fn press(model: &mut Model, key: Key, out: &mut Vec<Effect>) -> bool {
    match &mut model.overlay {
        Some(Overlay::LogAsk(ask)) => match (key.code, ask.question) {
            (KeyCode::Esc, _) => model.overlay = None,
            (
                _,
                LogQuestion::File {
                    everything,
                    exists: true,
                },
            ) => match key.typed() {
                Some('y' | 'Y') => save(model, everything, true, out),
                Some('n' | 'N') => {
                    ask.question = LogQuestion::File {
                        everything,
                        exists: false,
                    };
                }
                // Anything else is no answer: the question stays.
                _ => {}
            },
            (KeyCode::Tab | KeyCode::BackTab, LogQuestion::File { everything, .. }) => {
                ask.question = LogQuestion::File {
                    everything: !everything,
                    exists: false,
                };
            }
            (KeyCode::Enter, _) => answered(model, out),
            _ => {
                if let Some(request) = input::edit(key) {
                    ask.input.handle(request);
                    ask.wrong = None;
                }
            }
        },
        Some(Overlay::LogServices(services)) => {
            let chosen = services.services.get(services.cursor).cloned();
            match (key.code, chosen) {
                (KeyCode::Enter | KeyCode::Char(' '), Some(chosen)) => {
                    let containers = containers_of(model, &chosen);
                    logs::toggle_source(model, &containers, out);
                }
                (KeyCode::Char('a'), _) => {
                    let hidden: Vec<ContainerId> =
                        model.logs.filter.hidden.iter().cloned().collect();
                    logs::toggle_source(model, &hidden, out);
                }
                (KeyCode::Char('o'), Some(chosen)) => only(model, &chosen, out),
                _ => return false,
            }
        }
        _ => return false,
    }
    true
}

/// Puts pasted text into the line that is typed; whether there is one.
pub(super) fn paste(model: &mut Model, line: &str) -> bool {
    let Some(Overlay::LogAsk(ask)) = &mut model.overlay else {
        return false;
    };
    for c in line.chars().filter(|c| !c.is_control()) {
        ask.input.handle(tui_input::InputRequest::InsertChar(c));
    }
    true
}

fn answered(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Overlay::LogAsk(ask)) = &mut model.overlay else {
        return;
    };
    let typed = ask.input.value().trim().to_owned();
    if typed.is_empty() {
        return;
    }
    match ask.question {
        LogQuestion::Time => match When::parse(&typed, model.now, &model.zone) {
            Ok(at) if model.view == View::Events => {
                model.overlay = None;
                events::jump_to(model, at, out);
            }
            Ok(at) => {
                model.overlay = None;
                logs::jump_to(model, at, out);
            }
            Err(error) => ask.wrong = Some(error.to_string()),
        },
        LogQuestion::File { everything, .. } => save(model, everything, false, out),
        LogQuestion::Command => {
            model.overlay = None;
            take(model, LogTarget::Command(typed), out);
        }
    }
}

fn save(model: &mut Model, everything: bool, replace: bool, out: &mut Vec<Effect>) {
    let Some(Overlay::LogAsk(ask)) = &model.overlay else {
        return;
    };
    let path = ask.input.value().trim().to_owned();
    if everything {
        let containers = logs::all_sources(model);
        out.push(Effect::SaveLogs {
            containers,
            path,
            replace,
        });
        model.logs.saving = Some(0);
        return;
    }
    take(model, LogTarget::File { path, replace }, out);
}

/// Takes lines away: those that are marked, else all that are shown.
pub(super) fn take(model: &mut Model, to: LogTarget, out: &mut Vec<Effect>) {
    let lines = if model.logs.marking.is_some() {
        logs::taken(model)
    } else {
        logs::all_shown(model)
    };
    let most = match &to {
        LogTarget::File { .. } => usize::MAX,
        LogTarget::Pager | LogTarget::Editor | LogTarget::Command(_) => MOST_TAKEN,
    };
    let text = text_of(model, &lines, most);
    if text.is_empty() {
        toast(
            model,
            "nothing is shown that could be taken away",
            Tone::Warning,
        );
        return;
    }
    out.push(Effect::TakeLogs(LogTaken { to, text }));
}

/// Lines as text: with the time as it is on screen, and whose they are where there are several.
pub(super) fn text_of(model: &Model, lines: &[u64], most: usize) -> String {
    use std::fmt::Write as _;
    let logs = &model.logs;
    let several = logs.sources.len() > 1;
    let mut text = String::new();
    for line in lines.iter().filter_map(|number| logs.buffer.get(*number)) {
        if text.len() > most {
            break;
        }
        // Writing to a String cannot fail.
        if logs.style.clock != crate::app::log_view::LogClock::Off {
            let _ = write!(text, "{} ", line.at);
        }
        if line.kind == LineKind::Border {
            let _ = writeln!(text, "-- {} --", line.text);
            continue;
        }
        if several && let Some(source) = logs.sources.get(&line.source) {
            let _ = write!(text, "{} ", crate::domain::text::visible(&source.name));
        }
        let _ = writeln!(text, "{}", shown_text(line, false));
    }
    text
}

/// So many lines of a log are saved: what was asked for it is answered.
pub(super) fn saving(model: &mut Model, lines: u64) {
    if model.logs.saving.is_some() {
        model.logs.saving = Some(lines);
    }
    let is_asked = matches!(&model.overlay, Some(Overlay::LogAsk(ask))
        if matches!(ask.question, LogQuestion::File { everything: true, .. }));
    if lines == 0 && is_asked {
        model.overlay = None;
    }
}

/// What came of lines that were written to a file.
pub(super) fn taken(model: &mut Model, answer: Result<String, Option<Failure>>) {
    match answer {
        Ok(said) => {
            if matches!(model.overlay, Some(Overlay::LogAsk(_))) {
                model.overlay = None;
            }
            model.logs.marking = None;
            toast(model, said, Tone::Done);
        }
        // Something is there already.
        Err(None) => {
            if let Some(Overlay::LogAsk(ask)) = &mut model.overlay
                && let LogQuestion::File { exists, .. } = &mut ask.question
            {
                *exists = true;
            }
        }
        Err(Some(failure)) => {
            notice(model, &failure);
        }
    }
}

/// Offers the services of the log.
pub(super) fn services(model: &mut Model) {
    let mut services: Vec<ServiceId> = Vec::new();
    for host in &model.hosts {
        let theirs = host.services.iter().filter(|service| {
            let shown = |id: &ContainerId| model.logs.sources.contains_key(id);
            service.containers.iter().any(shown)
        });
        services.extend(theirs.map(|service| service.id.clone()));
    }
    if services.is_empty() {
        toast(model, "no log is open", Tone::Warning);
        return;
    }
    model.overlay = Some(Overlay::LogServices(LogServices {
        services,
        cursor: 0,
    }));
}

/// The containers of a service that are in the log.
pub(super) fn containers_of(model: &Model, service: &ServiceId) -> Vec<ContainerId> {
    let found = model.service(service);
    let containers = found.map(|(_, service, _)| service.containers.clone());
    let is_here = |id: &ContainerId| model.logs.sources.contains_key(id);
    containers
        .unwrap_or_default()
        .into_iter()
        .filter(is_here)
        .collect()
}

/// Hides all others, or shows them again.
fn only(model: &mut Model, service: &ServiceId, out: &mut Vec<Effect>) {
    let theirs = containers_of(model, service);
    let others: Vec<ContainerId> = model
        .logs
        .sources
        .keys()
        .filter(|id| !theirs.contains(id))
        .cloned()
        .collect();
    model.logs.filter.hidden.retain(|id| !theirs.contains(id));
    let all_hidden = others
        .iter()
        .all(|id| model.logs.filter.hidden.contains(id));
    if all_hidden {
        logs::toggle_source(model, &others, out);
    } else {
        model.logs.filter.hidden.extend(others.iter().cloned());
        logs::toggle_source(model, &[], out);
    }
}

/// Opens a line: the current match or the end of what is marked, else the last one on screen.
pub(super) fn open_line(model: &mut Model) {
    let number = match model.logs.marking {
        Some(marking) => Some(marking.to),
        None => model.logs.hit.or_else(|| logs::last_on_screen(model)),
    };
    show_line(model, number);
}

/// Goes to the line after or before the one that is open.
pub(super) fn next_line(model: &mut Model, forward: bool) {
    let Some(Overlay::LogLine(view)) = &model.overlay else {
        return;
    };
    let Some(number) = model.logs.buffer.number_of(view.line) else {
        return;
    };
    let next = if forward {
        model.logs.shown_from(number + 1)
    } else {
        model.logs.shown_before(number)
    };
    if let Some(number) = next {
        show_line(model, Some(number));
        logs::reveal(model, number);
    }
}

fn show_line(model: &mut Model, number: Option<u64>) {
    if let Some(line) = number.and_then(|number| model.logs.buffer.anchor(number)) {
        model.overlay = Some(Overlay::LogLine(LogLineView { line, offset: 0 }));
    }
}
