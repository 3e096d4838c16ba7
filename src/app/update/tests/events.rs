//! The events view: what comes live, what is recalled, where Enter and `t` lead.

use super::{App, at, container, host, id, service};
use crate::app::effect::Effect;
use crate::app::events::{EntryId, EntryOf, EventsMsg, PAGE, Recall};
use crate::app::msg::HostMsg;
use crate::app::rows::events::of_service;
use crate::app::view::View;
use crate::domain::{Event, HostInfo};

fn event(seconds: i64, service: &str, action: &str, code: &str) -> Event {
    let name = format!("p-{service}-1");
    let attributes = [
        ("name", name.as_str()),
        ("exitCode", code),
        ("com.docker.compose.project", "p"),
        ("com.docker.compose.service", service),
        ("com.docker.compose.container-number", "1"),
    ];
    let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let id = id(service);
    Event::of_engine(at(seconds), "container", action, id.as_str(), attributes).unwrap()
}

fn happened(app: &mut App, events: Vec<Event>) {
    app.host(HostMsg::Events(EventsMsg::Happened(events)));
}

fn recalled(app: &mut App, events: Vec<Event>, more: bool) {
    app.host(HostMsg::Events(EventsMsg::Recalled { events, more }));
}

/// What the rows say, the newest first.
fn said(app: &App) -> Vec<String> {
    let events = &app.model.events;
    let said = |id: &EntryId| match &events.entries[id].of {
        EntryOf::Engine { last, times, .. } => {
            format!("{} {} ×{times}", last.event.who(), last.event.phrase())
        }
        EntryOf::Job(id) => app.model.job(*id).unwrap().title.clone(),
    };
    events.list.rows.iter().map(said).collect()
}

fn info() -> HostInfo {
    crate::app::fixture::host().info.unwrap()
}

fn wanted(app: &mut App) -> Vec<Effect> {
    let mut all = app.effects();
    all.retain(|effect| matches!(effect, Effect::LoadEvents(..)));
    all
}

#[test]
fn what_was_recorded_is_read_once_it_is_known_whose_it_is() {
    let mut app = App::with(vec![container("p/web")]);
    assert_eq!(wanted(&mut app), []);
    let mut info = info();
    info.id = Some("ENGINE".to_owned());
    app.host(HostMsg::Info(Box::new(info)));
    let asked = wanted(&mut app);
    let [Effect::LoadEvents(of, page)] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!((of, page.engine.as_deref()), (&host(), Some("ENGINE")));
    recalled(&mut app, vec![event(-50, "web", "die", "3")], false);
    app.tick(1);
    assert_eq!(wanted(&mut app), [], "and no more");
    app.press("9");
    assert_eq!(said(&app), ["p/web died with exit code 3 ×1"]);
}

#[test]
fn what_happened_to_a_service_is_told_with_it_and_nothing_else_is() {
    let mut app = App::with(vec![container("p/web"), container("p/db")]);
    happened(
        &mut app,
        vec![
            event(-3, "web", "start", ""),
            event(-2, "db", "die", "1"),
            event(-1, "web", "die", "3"),
        ],
    );
    app.press("j R");
    let told = |name: &str| -> Vec<String> {
        let all = of_service(&app.model, &service(Some("p"), name));
        let said = all.iter().map(|entry| match &entry.of {
            EntryOf::Engine { last, .. } => last.event.phrase().into_owned(),
            EntryOf::Job(id) => app.model.job(*id).unwrap().title.clone(),
        });
        said.collect()
    };
    assert_eq!(told("db"), ["restart p/db", "died with exit code 1"]);
    assert_eq!(told("web"), ["died with exit code 3", "was started"]);
    assert_eq!(told("gone"), [] as [&str; 0]);
}

#[test]
fn what_happens_while_one_looks_comes_on_top_and_the_cursor_stays() {
    let mut app = App::with(vec![container("p/web"), container("p/db")]);
    app.press("9");
    happened(&mut app, vec![event(1, "web", "start", "")]);
    happened(&mut app, vec![event(2, "db", "die", "1")]);
    assert_eq!(
        said(&app),
        ["p/db died with exit code 1 ×1", "p/web was started ×1"]
    );
    assert_eq!(
        app.model.events.list.cursor.index, 0,
        "who is at the newest stays there"
    );
    app.press("j");
    happened(&mut app, vec![event(3, "db", "start", "")]);
    assert_eq!(
        app.model.events.list.cursor.index, 2,
        "who looks at another stays at that"
    );
    app.press("f");
    assert_eq!(said(&app), ["p/db died with exit code 1 ×1"]);
    app.press("f / ! d b Enter");
    assert_eq!(said(&app), ["p/web was started ×1"]);
}

#[test]
fn a_burst_is_one_row_that_keeps_the_cursor_as_it_grows() {
    let mut app = App::with(vec![container("p/web")]);
    app.press("9");
    let dies = |from: i64, to: i64| {
        (from..to)
            .map(|n| event(n * 5, "web", "die", "3"))
            .collect()
    };
    happened(&mut app, dies(0, 5));
    happened(&mut app, vec![event(26, "db", "start", "")]);
    app.press("G");
    let before = app.model.events.list.cursor.selected;
    happened(&mut app, dies(6, 10));
    assert_eq!(said(&app)[0], "p/web died with exit code 3 ×9");
    assert_eq!(app.model.events.list.cursor.selected, before);
}

#[test]
fn enter_goes_to_the_service() {
    let mut app = App::with(vec![container("p/web"), container("p/db")]);
    app.press("9");
    happened(&mut app, vec![event(1, "web", "start", "")]);
    app.press("Enter");
    assert_eq!(app.model.view, View::Services);
    assert_eq!(app.selected(), "web");
    happened(&mut app, vec![event(2, "old", "destroy", "")]);
    app.press("9 Enter");
    assert!(app.model.toasts[0].text.contains("is gone by now"));
}

#[test]
fn a_time_is_gone_to_also_where_that_is_still_to_be_read() {
    let mut app = App::with(vec![container("p/web")]);
    app.host(HostMsg::Info(Box::new(info())));
    let page: Vec<Event> = (0..=190)
        .map(|n| event(n * 300, "web", "start", ""))
        .collect();
    recalled(&mut app, page, true);
    app.tell(crate::app::msg::Msg::Tick(at(60_600)));
    wanted(&mut app);
    let at_cursor = |app: &App| app.model.events.selected().unwrap().at;
    app.press("9 t 1 h Enter");
    assert_eq!(at_cursor(&app), at(57_000), "to the second");
    app.press("t 6 h Enter");
    assert_eq!(at_cursor(&app), at(39_000));
    assert_eq!(wanted(&mut app), []);
    // Before all that is here.
    app.press("t 2 0 h Enter");
    let asked = wanted(&mut app);
    let [Effect::LoadEvents(_, page)] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!((page.before, page.most), (Some(at(0)), PAGE));
    let older = [
        event(-33_000, "web", "start", ""),
        event(-9_000, "web", "die", "3"),
    ];
    recalled(&mut app, older.to_vec(), false);
    assert_eq!(
        at_cursor(&app),
        at(-9_000),
        "the first since twenty hours ago"
    );
    assert_eq!(app.model.events.recalled[&host()], Recall::Whole);
    assert_eq!(app.model.events.jump, None);
    app.press("t n o p e Enter");
    assert!(matches!(
        &app.model.overlay,
        Some(crate::app::overlay::Overlay::LogAsk(ask)) if ask.wrong.is_some()
    ));
}

#[test]
fn more_is_read_where_one_looks_at_the_end() {
    let mut app = App::with(vec![container("p/web")]);
    app.host(HostMsg::Info(Box::new(info())));
    wanted(&mut app);
    let page: Vec<Event> = (0..200)
        .map(|n| event(n * 600, "web", "start", ""))
        .collect();
    recalled(&mut app, page, true);
    app.press("9");
    assert_eq!(wanted(&mut app), [], "the newest are here");
    app.press("G");
    assert_eq!(wanted(&mut app).len(), 1);
    app.press("k j");
    assert_eq!(wanted(&mut app), [], "asked once");
}

#[test]
fn a_host_that_never_answers_has_what_was_recorded_under_its_name() {
    use crate::domain::Failure;
    let mut app = App::with(Vec::new());
    app.host(HostMsg::Lost {
        failure: Failure::new("reach the engine", "no route"),
        retry_at: at(5),
    });
    let asked = wanted(&mut app);
    let [Effect::LoadEvents(_, page)] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    assert_eq!(page.engine, None);
}
