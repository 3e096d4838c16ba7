//! Rows, the cursor, folds, filters, marks, panes.

use super::*;
use crate::app::overlay::Overlay;
use crate::app::storage::StorageEffect;
use crate::app::view::{DetailTab, Pane, ServiceOrder, View};
use crate::domain::{ActionName, Counters, NetworkOf, Severity};

fn server() -> App {
    App::with(vec![
        container("wezm/web"),
        container("wezm/db"),
        container("files/sync"),
        container("wezm/api#2"),
        container("wezm/api#1"),
        container("lego"),
    ])
}

#[test]
fn services_are_grouped_by_project_with_lone_ones_last() {
    let app = server();
    assert_eq!(
        app.rows(),
        [
            "+files", "sync", "+wezm", "api", "db", "web", "+lone", "lego"
        ]
    );
}

#[test]
fn without_a_project_there_is_no_heading() {
    assert_eq!(
        App::with(vec![container("b"), container("a")]).rows(),
        ["a", "b"]
    );
}

#[test]
fn the_cursor_stays_on_its_service_when_rows_come_and_go() {
    let mut app = server();
    app.press("j j j j");
    assert_eq!(app.selected(), "db");
    app.host(HostMsg::Changed(vec![
        container("alpha/one"),
        container("wezm/cache"),
    ]));
    assert_eq!(app.selected(), "db");
    app.host(HostMsg::Removed(id("db")));
    assert_eq!(app.selected(), "web", "the row that took its place");
}

#[test]
fn the_cursor_stops_at_both_ends() {
    let mut app = server();
    app.press("k k");
    assert_eq!(app.selected(), "+files");
    app.press("G j");
    assert_eq!(app.selected(), "lego");
    app.press("g");
    assert_eq!(app.selected(), "+files");
}

#[test]
fn projects_fold_and_replicas_open() {
    let mut app = server();
    app.press("Enter");
    assert_eq!(app.rows()[..2], ["+files", "+wezm"]);
    app.press("Enter j j j Enter");
    assert_eq!(app.rows()[3..6], ["api", "- api#1", "- api#2"]);
    app.press("j Left");
    assert_eq!(app.selected(), "api");
    app.press("z");
    assert_eq!(app.rows(), ["+files", "+wezm", "+lone"]);
    app.press("z");
    assert_eq!(app.rows().len(), 8);
}

#[test]
fn a_word_that_stands_nowhere_matches_by_its_letters() {
    let mut app = server();
    app.press("/ w z w b");
    assert_eq!(app.rows(), ["+wezm", "web"]);
}

#[test]
fn the_filter_takes_words_inverts_and_leaves_with_esc() {
    let mut app = server();
    app.press("/ w e b");
    assert_eq!(app.rows(), ["+wezm", "web"]);
    assert_eq!(
        app.selected(),
        "web",
        "what was looked for, not its heading"
    );
    app.press("Enter");
    assert!(app.model.services.input.is_none());
    assert_eq!(app.rows(), ["+wezm", "web"], "Enter keeps it");
    app.press("Esc");
    assert_eq!(app.rows().len(), 8);
    app.press("/ ! w e z m");
    assert_eq!(app.rows(), ["+files", "sync", "+lone", "lego"]);
    app.press("Esc");
    assert_eq!(app.rows().len(), 8, "Esc while typing clears it");
}

#[test]
fn a_filter_finds_what_is_folded_away() {
    let mut app = server();
    app.press("z / s y n c");
    assert_eq!(app.rows(), ["+files", "sync"]);
}

#[test]
fn keys_typed_into_a_filter_act_on_nothing() {
    let mut app = server();
    app.effects();
    app.press("j / D R S X q");
    assert!(app.model.jobs.is_empty() && app.model.overlay.is_none());
    assert!(!app.effects().contains(&Effect::Quit));
}

#[test]
fn a_paste_goes_into_the_filter_and_nowhere_else() {
    let mut app = server();
    app.tell(Msg::Paste("Dq\nX".to_owned()));
    assert!(app.model.jobs.is_empty());
    app.press("/");
    app.tell(Msg::Paste("web\nD".to_owned()));
    assert_eq!(app.model.services.filter, "web");
}

#[test]
fn only_problems_lists_what_failed() {
    let mut app = server();
    app.host(HostMsg::Changed(vec![
        ended("wezm/db", 1),
        ended("lego", 0),
    ]));
    app.press("f");
    assert_eq!(app.rows(), ["+wezm", "db"]);
    app.press("Esc");
    assert_eq!(app.rows().len(), 8);
}

#[test]
fn a_problem_is_a_finding_and_goes_away_with_it() {
    let mut app = server();
    assert!(app.model.findings.is_empty());
    app.host(HostMsg::Changed(vec![ended("wezm/db", 7)]));
    let [finding] = app.model.findings.as_slice() else {
        panic!("{:?}", app.model.findings)
    };
    assert_eq!(finding.severity, Severity::Critical);
    assert_eq!(finding.what, "wezm/db ended with exit code 7");
    app.press("! Enter");
    assert_eq!(app.selected(), "db");
    app.host(HostMsg::Changed(vec![container("wezm/db")]));
    assert!(app.model.findings.is_empty());
}

#[test]
fn sorting_by_cpu_puts_the_busiest_first_within_its_project() {
    let mut app = server();
    let reading = |seconds: i64, nanos: u64| Counters {
        at: at(seconds),
        cpu_nanos: nanos,
        memory: crate::domain::ByteSize(1),
        memory_limit: None,
        received: None,
        sent: None,
        disk_read: None,
        disk_written: None,
        pids: None,
    };
    for (second, used) in [(1, 0), (2, 500_000_000)] {
        app.host(HostMsg::Counters(vec![
            (id("web"), reading(second, used)),
            (id("db"), reading(second, used / 10)),
        ]));
    }
    app.press("o o");
    assert_eq!(app.model.order, ServiceOrder::Cpu);
    assert_eq!(app.rows()[3..6], ["web", "db", "api"]);
}

#[test]
fn panes_tabs_and_esc() {
    let mut app = server();
    app.press("j Enter ]");
    assert_eq!(
        (app.model.pane, app.model.detail.tab),
        (Pane::Detail, DetailTab::Logs)
    );
    app.press("[ [");
    assert_eq!(app.model.detail.tab, DetailTab::Releases);
    app.press("Esc");
    assert_eq!(app.model.pane, Pane::List);
    app.press("2 Tab Esc Esc");
    assert_eq!(app.model.view, View::Services, "Esc always comes back");
}

#[test]
fn inspect_is_asked_once_a_container() {
    let mut app = server();
    app.press("j");
    app.effects();
    app.press("i");
    assert_eq!(
        app.effects(),
        [Effect::InspectJson {
            host: host(),
            container: id("sync")
        }]
    );
    app.press("j k");
    app.host(HostMsg::InspectJson(
        id("sync"),
        Ok("{\n  \"Id\": 1\n}".to_owned()),
    ));
    assert_eq!(app.effects(), []);
    app.press("/ I d Enter");
    assert_eq!(app.model.detail.inspect.hit, Some(1));
}

#[test]
fn volumes_are_asked_when_they_are_looked_at() {
    let mut app = server();
    app.effects();
    app.press("3");
    assert_eq!(app.effects(), [Effect::LoadVolumes(host())]);
    app.host(HostMsg::Volumes(Ok(Vec::new())));
    // Where the engine keeps its data is not known yet: its file system and its logs are asked when it is.
    let wanted = [StorageEffect::Recall, StorageEffect::AskEngine];
    let wanted = wanted.map(|wanted| Effect::Storage(host(), wanted));
    assert_eq!(app.effects(), wanted);
    app.press("1 3");
    assert_eq!(
        app.effects(),
        [],
        "an answer that is there is not asked again"
    );
    app.press("u");
    assert_eq!(
        app.effects(),
        [Effect::LoadVolumes(host())],
        "sizes are still being measured"
    );
}

#[test]
fn the_palette_finds_and_does() {
    let mut app = server();
    app.press(": v o l u Enter");
    assert!(app.model.overlay.is_none());
    assert_eq!(app.model.view, View::Volumes);
    app.press(": r e d e p l o y Enter");
    assert!(
        app.model.jobs.is_empty(),
        "redeploy does not work in the volumes view"
    );
    assert_eq!(app.model.toasts.len(), 1);
    app.press(": Esc");
    assert!(app.model.overlay.is_none());
}

#[test]
fn help_opens_scrolls_and_closes() {
    let mut app = server();
    app.model.regions.overlay_most = 3;
    app.press("? j j j j j");
    assert!(matches!(
        app.model.overlay,
        Some(Overlay::Help { offset: 3 })
    ));
    app.press("?");
    assert!(app.model.overlay.is_none());
}

#[test]
fn toasts_go_away_by_themselves() {
    let mut app = server();
    app.press("o");
    assert_eq!(app.model.toasts.len(), 1);
    app.tick(60);
    assert!(app.model.toasts.is_empty());
}

#[test]
fn a_crash_loop_is_a_problem_also_while_it_runs() {
    let mut app = server();
    let mut looping = container("wezm/web");
    looping.detail = Some(Arc::new(ContainerDetail {
        started_at: Some(at(0)),
        restarts: 4,
        exit_code: Some(3),
        ..Default::default()
    }));
    app.host(HostMsg::Changed(vec![looping]));
    assert_eq!(
        app.model.findings[0].what,
        "wezm/web dies and is restarted, 4 times so far, with exit code 3"
    );
    app.tick(3_600);
    assert!(app.model.findings.is_empty(), "it has run for an hour");
}

#[test]
fn a_copied_name_cannot_become_a_command() {
    let mut evil = container("web");
    evil.name = "web\nrm -rf /\u{1b}[2J".into();
    let mut app = App::with(vec![evil]);
    app.effects();
    app.press("y");
    assert_eq!(app.effects(), [Effect::Copy("web·rm -rf /·[2J".to_owned())]);
}

/// `side` in the network of `web`, each started at its second.
fn sharing(web: i64, side: i64) -> App {
    let started = |name: &str, second: i64| {
        let mut container = container(&format!("p/{name}"));
        container.detail = Some(Arc::new(ContainerDetail {
            started_at: Some(at(second)),
            ..Default::default()
        }));
        container
    };
    let (web, mut side) = (started("web", web), started("side", side));
    side.network_of = Some(NetworkOf::Container(web.id.clone()));
    App::with(vec![web, side])
}

#[test]
fn a_service_in_a_dead_network_is_a_finding() {
    let mut app = sharing(1, 2);
    assert!(app.model.findings.is_empty());
    app.host(HostMsg::Removed(id("web")));
    let finding = &app.model.findings[0];
    assert!(
        finding.what.contains("p/side has no network"),
        "{finding:?}"
    );
    assert_eq!(finding.action, Some(ActionName::Redeploy.into()));

    // Restarted behind its back.
    let app = sharing(3, 2);
    let finding = &app.model.findings[0];
    assert!(finding.what.contains("started anew"), "{finding:?}");
    assert_eq!(finding.action, Some(ActionName::Restart.into()));
}

#[test]
fn the_health_log_on_screen_is_kept_fresh() {
    let mut checked = container("a");
    checked.detail = Some(Arc::new(ContainerDetail {
        has_health_check: true,
        ..Default::default()
    }));
    let mut app = App::with(vec![checked.clone(), container("b")]);
    let asked = |app: &mut App| {
        app.tick(1);
        let effects = app.effects();
        let inspects = |effect: &&Effect| matches!(effect, Effect::Inspect { .. });
        effects.iter().filter(inspects).count()
    };
    let count: usize = (0..20).map(|_| asked(&mut app)).sum();
    assert_eq!(count, 4);
    // Not of one without a health check, nor where it is not on screen.
    app.press("j");
    assert_eq!((0..20).map(|_| asked(&mut app)).sum::<usize>(), 0);
    app.press("k 3");
    assert_eq!((0..20).map(|_| asked(&mut app)).sum::<usize>(), 0);
    // An answer about what is gone by now brings nothing back.
    app.host(HostMsg::Removed(id("a")));
    app.host(HostMsg::Inspected(Box::new(checked)));
    assert_eq!(app.rows(), ["b"]);
}
