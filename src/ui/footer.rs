//! The last line: the keys that work here and now, or what is being typed.

mod works;

use std::borrow::Cow;

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::app::action::{Context, LogAction, Spec};
use crate::app::log_ask::LogQuestion;
use crate::app::overlay::Overlay;
use crate::app::{
    ACTIONS, Action, DetailTab, ImagePart, Model, NetworkPart, Pane, ServiceRow, Target, View,
};

use crate::domain::ActionName;

use super::area::split_left;
use super::screen::Screen;
use super::text;
use super::widgets::keys::{Choice, keys, keys_right};
use works::works;

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    if let Some(overlay) = &screen.model.overlay {
        // Its own text fields and answers say what they do.
        overlay_keys(screen, area, overlay);
        return;
    }
    if let Some((prompt, input)) = typed(screen.model) {
        prompt_line(screen, area, prompt, input);
        return;
    }
    let (_, mut rest) = split_left(area, 1);
    if is_inside(screen.model)
        && let Some(line) = entry(screen, Action::Back, "back")
    {
        rest = put(screen, rest, &line, Action::Back);
    }
    // Help stays when there is no room for everything.
    let help = entry(screen, Action::Help, "help");
    let reserved = help.as_ref().map_or(0, |line| text::line_width(line) + 2);
    let mut specs: Vec<&Spec> = ACTIONS.iter().collect();
    // What is for the text that one is in comes before what is for the service that it is of.
    specs.sort_by_key(|spec| !is_of_tab(screen.model, spec));
    for spec in specs {
        if spec.short.is_empty() || !works(screen.model, spec) {
            continue;
        }
        let mut said = word(screen.model, spec);
        if let Some(all) = all_of_many(screen.model, spec) {
            said.to_mut().push_str(&all);
        }
        let Some(line) = entry(screen, spec.action, &said) else {
            continue;
        };
        let wide = text::line_width(&line);
        // Only what comes before the help has to leave room for it.
        let keep = match spec.action {
            Action::Help | Action::Quit => 0,
            _ => reserved,
        };
        if wide + keep > usize::from(rest.width) {
            continue;
        }
        rest = put(screen, rest, &line, spec.action);
    }
}

/// What works in what lies over the view.
fn overlay_keys(screen: &mut Screen<'_>, area: Rect, overlay: &Overlay) {
    let enter = match overlay {
        Overlay::Findings { .. } if screen.model.all_findings().next().is_none() => None,
        Overlay::Snooze(_) => Some("snooze it"),
        Overlay::Findings { .. } => Some("go there"),
        Overlay::Palette(_) => Some("do it"),
        Overlay::Themes(view) => view.selected().map(|_| "keep it"),
        Overlay::Plan(view) => view.is_known().then_some("do it"),
        Overlay::Files(view) => view.files.is_some().then_some("edit it"),
        Overlay::Profiles(view) => view.profiles.is_some().then_some("see the plan"),
        Overlay::Carry(_) | Overlay::Image(_) => Some("see the plan"),
        Overlay::Discard(discard) => discard.name.as_ref().map(|_| "remove it"),
        Overlay::Copy(_) => Some("copy it"),
        Overlay::CopyFile(view) => (!view.exists).then_some("copy it"),
        Overlay::Export(view) => (!view.exists).then_some("write it"),
        Overlay::LogAsk(ask) => match ask.question {
            LogQuestion::Time => Some("go there"),
            LogQuestion::File { exists, .. } => (!exists).then_some("write it"),
            LogQuestion::Command => Some("run it"),
        },
        Overlay::LogServices(_) | Overlay::Columns(_) => Some("show or hide"),
        Overlay::LogLine(_)
        | Overlay::Help { .. }
        | Overlay::Confirm(_)
        | Overlay::Edit(_)
        | Overlay::Message { .. } => None,
    };
    let (_, mut rest) = split_left(area, 1);
    if let Some(answers) = answers(screen, overlay) {
        keys(screen, rest, &answers, 2);
        return;
    }
    let enter = enter.map(|word| (Action::Enter, Cow::from(word)));
    let other = match overlay {
        Overlay::Plan(view) => view.other(true),
        _ => None,
    };
    let other = other.map(|action| (Action::NextTab, Cow::from(action.word().replace('_', " "))));
    let other = other
        .or(matches!(overlay, Overlay::LogLine(_))
            .then_some((Action::NextTab, Cow::from("next line"))));
    let other = other.or_else(|| super::overlays::nap(screen.model, overlay));
    let close = (Action::Back, Cow::from("close"));
    for (action, word) in enter.into_iter().chain(other).chain([close]) {
        if let Some(line) = entry(screen, action, &word) {
            rest = put(screen, rest, &line, action);
        }
    }
}

/// The answers to a question that has its own.
fn answers<'a>(screen: &Screen<'a>, overlay: &Overlay) -> Option<Vec<Choice<'a>>> {
    let theme = screen.theme;
    let yes = |key, word| {
        let style = theme.critical;
        Choice { key, word, style }
    };
    let no = Choice::plain(theme, ("Esc", "leave it"));
    Some(match overlay {
        Overlay::Confirm(confirm) => vec![yes("y", confirm.action.word()), no],
        Overlay::Discard(discard) if discard.name.is_none() => vec![yes("y", "remove"), no],
        Overlay::Edit(view) => {
            let up = [("Enter", "bring it up")];
            let up = up.into_iter().filter(|_| view.result.is_ok());
            let rest = [("e", "edit again"), ("p", "put back"), ("Esc", "keep")];
            let all = up.chain(rest);
            all.map(|choice| Choice::plain(theme, choice)).collect()
        }
        _ => return None,
    })
}

/// Draws an entry and reports it; returns what is left of the footer.
fn put(screen: &mut Screen<'_>, rest: Rect, line: &Line<'_>, action: Action) -> Rect {
    let wide = u16::try_from(text::line_width(line)).unwrap_or(u16::MAX);
    let (place, after) = split_left(rest, wide);
    screen.line(place, line);
    screen.target(place, Target::Action(action));
    split_left(after, 2).1
}

/// Whether one went in somewhere, so that the way back is worth a word.
fn is_inside(model: &Model) -> bool {
    model.view == View::Logs || model.pane == Pane::Detail || model.browser.is_some()
}

fn entry(screen: &Screen<'_>, action: Action, word: &str) -> Option<Line<'static>> {
    let key = screen.key(action)?;
    let word = Span::styled(format!(" {word}"), screen.theme.muted);
    Some(Line::from(vec![key, word]))
}

/// The word that says what the key does now.
fn word(model: &Model, spec: &Spec) -> Cow<'static, str> {
    if spec.action == Action::Do(ActionName::RollBack)
        && let Some(listed) = model.chosen_release()
    {
        return Cow::from(format!("{} to {}", spec.short, listed.release.number));
    }
    let word = match spec.action {
        Action::Filter if model.browser.as_ref().is_some_and(|one| one.page.is_some()) => "find",
        Action::Log(LogAction::Follow) if !model.logs.follow => "follow",
        Action::Filter if searches(model) => "find",
        Action::NextTab if model.view == View::Networks => match model.network_part {
            NetworkPart::Networks => "ports",
            NetworkPart::Ports => "networks",
        },
        Action::NextTab if model.view == View::Images => match model.image_part {
            ImagePart::Images => "build cache",
            ImagePart::Cache => "images",
        },
        Action::Do(ActionName::Remove) if heads_project(model) => "down",
        Action::Reveal if model.detail.revealed => "hide secrets",
        Action::Enter => match &model.services.cursor.selected {
            Some(row @ (ServiceRow::Project(_) | ServiceRow::Lone(_)))
                if model.view == View::Services =>
            {
                if model.folded.contains(row) {
                    "unfold"
                } else {
                    "fold"
                }
            }
            _ if model.view == View::Events => "go there",
            _ => spec.short,
        },
        Action::StopStart if model.marked.is_empty() => match model.stop_or_start() {
            (_, services) if services.is_empty() => spec.short,
            (ActionName::Start, _) => "start",
            _ => "stop",
        },
        _ => spec.short,
    };
    Cow::from(word)
}

/// On the row of one of several containers, and on a project's heading, that an action is for all of them.
fn all_of_many(model: &Model, spec: &Spec) -> Option<String> {
    if !spec.changes || model.view != View::Services || !model.marked.is_empty() {
        return None;
    }
    let count = match (&model.services.cursor.selected, spec.action) {
        (Some(ServiceRow::Container(_)), _) => model.selected_service()?.1.containers.len(),
        (Some(ServiceRow::Project(_)), Action::StopStart) => model.stop_or_start().1.len(),
        // The others are read like the first; there is not room for all of that.
        (Some(ServiceRow::Project(project)), Action::Do(ActionName::Redeploy)) => {
            model.services_of(project).len()
        }
        _ => return None,
    };
    Some(format!(" all {count}"))
}

/// Whether what is acted upon is the project on whose heading the cursor is.
fn heads_project(model: &Model) -> bool {
    model.marked.is_empty() && model.selected_project().is_some()
}

/// Whether an action is for the tab that one is in.
fn is_of_tab(model: &Model, spec: &Spec) -> bool {
    let Some(tab) = open_tab(model) else {
        return false;
    };
    let here = match tab {
        DetailTab::Logs => Context::Logs,
        _ => Context::Detail,
    };
    spec.contexts.contains(&here)
        || spec.action == Action::NextTab
        || (spec.action == Action::Filter && searches(model))
}

/// Which tab of a service the keys go to.
fn open_tab(model: &Model) -> Option<DetailTab> {
    let inside = model.view == View::Services && model.pane == Pane::Detail;
    inside.then_some(model.detail.tab)
}

/// Whether what is typed is searched for in a text, and filters no list.
fn searches(model: &Model) -> bool {
    let tab = open_tab(model);
    model.view == View::Logs || matches!(tab, Some(DetailTab::Logs | DetailTab::Inspect))
}

/// What is being typed, with its prompt.
fn typed(model: &Model) -> Option<(&'static str, &Input)> {
    if let Some(browser) = &model.browser {
        let (prompt, input) = match &browser.page {
            Some(page) => ("find ", &page.input),
            None => ("filter ", &browser.input),
        };
        return Some((prompt, input.as_ref()?));
    }
    let list = match model.view {
        View::Services => &model.services.input,
        View::Certificates => &model.certificates.input,
        View::Volumes => &model.volumes.input,
        View::Images => match model.image_part {
            ImagePart::Images => &model.images.input,
            ImagePart::Cache => &model.cache.input,
        },
        View::Jobs => &model.job_rows.input,
        View::Networks => match model.network_part {
            NetworkPart::Networks => &model.networks.input,
            NetworkPart::Ports => &model.ports.input,
        },
        View::Hosts => &model.host_rows.input,
        View::Events => &model.events.list.input,
        View::Logs => &None,
    };
    // Where the keys go: a field that was left open elsewhere takes none.
    let find = match open_tab(model) {
        Some(DetailTab::Logs) => model.logs.input.as_ref(),
        Some(DetailTab::Inspect) => model.detail.inspect.input.as_ref(),
        _ if model.view == View::Logs => model.logs.input.as_ref(),
        _ => None,
    };
    let list = list.as_ref().filter(|_| !searches(model));
    match (list, find) {
        (Some(input), _) => Some(("filter ", input)),
        (None, Some(input)) => Some(("find ", input)),
        (None, None) => None,
    }
}

/// A prompt, the text with the terminal's cursor in it, and how to leave.
fn prompt_line(screen: &mut Screen<'_>, area: Rect, prompt: &'static str, input: &Input) {
    let theme = screen.theme;
    let leave = [("Enter", "keep"), ("Esc", "clear")].map(|one| Choice::plain(theme, one));
    let area = if area.width > 50 {
        keys_right(screen, area, &leave, 2)
    } else {
        area
    };
    let prompt = Line::from(vec![Span::raw(" "), Span::styled(prompt, theme.accent)]);
    let columns = u16::try_from(text::line_width(&prompt)).unwrap_or(0);
    screen.line(area, &prompt);
    let (_, place) = split_left(area, columns);
    field(screen, place, input);
}

/// One line of typed text, scrolled so that the cursor is seen.
pub fn field(screen: &mut Screen<'_>, area: Rect, input: &Input) {
    let room = usize::from(area.width.saturating_sub(1));
    let scroll = input.visual_scroll(room);
    let from = text::skip_columns(input.value(), scroll);
    let shown = input.value().get(from..).unwrap_or("");
    screen.line(area, &Line::from(Span::styled(shown, screen.theme.input)));
    let column = input.visual_cursor().saturating_sub(scroll).min(room);
    if !area.is_empty() {
        screen.cursor = Some(Position {
            x: area.x.saturating_add(u16::try_from(column).unwrap_or(0)),
            y: area.y,
        });
    }
}
