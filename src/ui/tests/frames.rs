//! Every view at four sizes, and the states between.

use std::sync::Arc;

use jiff::SignedDuration;

use super::{frame, full, select, text};
use crate::app::findings::Snoozed;
use crate::app::fixture::{add_undone_jobs, ago, bare, container_id, model, service_id, settle};
use crate::app::log_view::LogClock;
use crate::app::overlay::{
    CarryView, Confirm, Discard, NameField, Overlay, PlanEntry, PlanView, SnoozeView,
};
use crate::app::palette::{Palette, PaletteEntry};
use crate::app::themes::{ThemeEntry, ThemesView};
use crate::app::toast::{Toast, Tone};
use crate::app::{ACTIONS, Connection, DetailTab, Model, Pane, ServiceOrder, ServiceRow, View};
use crate::domain::finding::Nap;
use crate::domain::{
    ActionName, Failure, HostId, Operation, Plan, ProjectId, Prune, Request, Setting, Snooze, Step,
    StepKind, Unused, UnusedImages,
};
use crate::logs::Query;

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (160, 50)];

pub(super) fn keep(name: &str, model: &Model, (columns, rows): (u16, u16)) {
    let (buffer, _) = frame(model, columns, rows);
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), text(&buffer));
}

#[test]
fn every_view_at_every_size() {
    let mut model = full();
    for view in View::ALL {
        model.view = view;
        for size in SIZES {
            keep(&view.title().to_lowercase(), &model, size);
        }
    }
}

#[test]
fn every_tab_of_the_detail_pane() {
    let mut model = full();
    model.pane = Pane::Detail;
    model.detail.inspect.container = Some(container_id("wezm-db-1"));
    let json = "{\n  \"Id\": \"7813b5a3391c\",\n  \"State\": {\n    \"Pid\": 4321,\n    \"OOMKilled\": false\n  }\n}";
    let lines: Arc<[String]> = json.lines().map(str::to_owned).collect();
    model.detail.inspect.lines.answer(Ok(lines), ago(0));
    for tab in DetailTab::ALL {
        model.detail.tab = tab;
        if tab == DetailTab::Logs {
            select(&mut model, Some("files"), "nextcloud");
        } else {
            select(&mut model, Some("wezm"), "db");
        }
        for size in [(40, 12), (80, 24), (120, 40)] {
            keep(&format!("detail_{}", tab.title()), &model, size);
        }
    }
    add_releases(&mut model);
    for size in [(40, 12), (80, 24), (120, 40), (160, 50)] {
        keep("detail_releases_of_hitch", &model, size);
    }
    model.detail.releases.all.value = Some(Vec::new());
    keep("detail_releases_none", &model, (80, 24));
    select(&mut model, Some("wezm"), "db");
    // The same with the list above: neither side by side nor one at a time.
    model.detail.tab = DetailTab::Stats;
    keep("detail_below", &model, (90, 50));
    model.detail.tab = DetailTab::Environment;
    model.detail.revealed = true;
    keep("detail_env_revealed", &model, (120, 40));
    select(&mut model, Some("files"), "nextcloud");
    model.detail.tab = DetailTab::Overview;
    keep("detail_of_two_containers", &model, (120, 40));
    select(&mut model, Some("wezm"), "wizards");
    keep("detail_of_a_crash_loop", &model, (120, 40));
}

/// The releases of hitch, the cursor on the one before what runs.
fn add_releases(model: &mut Model) {
    select(model, Some("wezm"), "hitch");
    model.detail.tab = DetailTab::Releases;
    let releases = &mut model.detail.releases;
    releases.begin(service_id(Some("wezm"), "hitch"));
    releases.answer(Ok(crate::app::fixture::releases()), ago(0));
    releases.step(3);
}

#[test]
fn jobs_that_were_undone_or_cut_off() {
    let mut model = full();
    add_undone_jobs(&mut model);
    settle(&mut model);
    keep("findings_of_a_cut_off_job", &model, (120, 40));
    model.view = View::Jobs;
    for (at, name) in [(0, "jobs_cut_off"), (1, "jobs_rolled_back")] {
        model
            .job_rows
            .cursor
            .select(&model.job_rows.rows.clone(), at);
        model.pane = Pane::List;
        keep(name, &model, (160, 50));
        model.pane = Pane::Detail;
        keep(&format!("{name}_detail"), &model, (80, 24));
    }
    model.pane = Pane::List;
    keep("jobs_undone", &model, (80, 24));
}

#[test]
fn an_image_that_is_only_kept_is_no_leftover() {
    let mut model = full();
    model.view = View::Images;
    let rows = model.images.rows.clone();
    let host = &model.hosts[0];
    let images = host.images.value.as_ref().unwrap();
    let kept = images
        .iter()
        .find(|image| image.keep_tags().next().is_some());
    let id = kept.map(|image| image.id.clone());
    let at = rows.iter().position(|(_, row)| Some(row) == id.as_ref());
    model.images.cursor.select(&rows, at.unwrap());
    keep("images_kept", &model, (120, 40));
}

#[test]
fn the_tree_of_services() {
    let mut model = full();
    let nextcloud = service_id(Some("files"), "nextcloud");
    model.opened.insert(nextcloud.clone());
    model.folded.insert(ServiceRow::Project(ProjectId {
        host: HostId::from("home"),
        name: Arc::from("wezm"),
    }));
    model.marked.insert(nextcloud);
    model.order = ServiceOrder::Cpu;
    settle(&mut model);
    model
        .services
        .cursor
        .select(&model.services.rows.clone(), 0);
    keep("services_opened_folded_marked", &model, (120, 24));
    model.services.only_problems = true;
    settle(&mut model);
    keep("services_only_problems", &model, (80, 24));
    model.services.only_problems = false;
    model.services.filter = "no such thing".to_owned();
    settle(&mut model);
    keep("services_no_match", &model, (80, 24));
    model.services.input = Some("nothing like".into());
    keep("services_filter_typed", &model, (80, 24));
}

#[test]
fn overlays() {
    let mut model = full();
    let mut open = |name: &str, overlay: Overlay, sizes: &[(u16, u16)]| {
        model.overlay = Some(overlay);
        for size in sizes {
            keep(name, &model, *size);
        }
    };
    let sizes = [(40, 12), (80, 24), (140, 44)];
    open("help", Overlay::Help { offset: 3 }, &sizes);
    open("findings", Overlay::Findings { cursor: 1 }, &sizes);
    let themes = ["auto", "topside", "mine"].map(|name| ThemeEntry {
        name: name.to_owned(),
        about: format!("what {name} says of itself"),
    });
    let picker = ThemesView::new(&themes, "topside");
    open("themes", Overlay::Themes(picker), &sizes);
    let entries = ACTIONS.iter().map(|spec| {
        PaletteEntry::action(spec, !spec.contexts.contains(&crate::app::Context::Jobs))
    });
    let palette = Palette {
        input: "re".into(),
        cursor: 2,
        entries: entries.collect(),
    };
    open("palette", Overlay::Palette(palette), &sizes);
    let confirm = Confirm {
        offset: 0,
        question: "Remove the container of wezm/db?".to_owned(),
        lines: vec![
            "wezm-db-1 runs and is stopped first.".to_owned(),
            "The volume wezm_pgdata stays.".to_owned(),
        ],
        action: ActionName::Remove,
        services: vec![service_id(Some("wezm"), "db")],
    };
    open("confirm", Overlay::Confirm(confirm), &sizes);
    let entry = |action, name: &str, to| PlanEntry {
        request: Request {
            to,
            ..Request::new(action, service_id(Some("wezm"), name))
        },
        plan: Some(Ok(crate::app::fixture::plan(name))),
    };
    let plan = PlanView {
        entries: vec![entry(ActionName::Redeploy, "nginx", None)],
        to: None,
        because: None,
        offset: 0,
    };
    open("plan", Overlay::Plan(plan), &sizes);
    let names = ["nginx", "varnish", "hitch", "db"];
    let plan = PlanView {
        entries: names
            .map(|name| entry(ActionName::RollBack, name, Some(3)))
            .into(),
        to: Some(3),
        because: Some(Setting::Host(HostId::from("home"))),
        offset: 4,
    };
    open("plans_to_confirm", Overlay::Plan(plan), &sizes);
    open("prune", Overlay::Plan(prune_view()), &sizes);
    open("remove_image", Overlay::Discard(image_question()), &sizes);
    for (name, wrong) in [("remove_volume", false), ("remove_volume_wrong", true)] {
        open(name, Overlay::Discard(volume_question(wrong)), &sizes);
    }
    for (name, action) in [
        ("back_up", ActionName::BackUp),
        ("restore", ActionName::Restore),
    ] {
        let view = CarryView {
            action,
            host: HostId::from("home"),
            file: "~/wezm_data.tar".into(),
            volume: "wezm_data".into(),
            on_volume: action == ActionName::Restore,
        };
        open(name, Overlay::Carry(view), &sizes);
    }
    let message = Overlay::Message {
        failure: Failure::new(
            "redeploy wezm/wizards",
            "wezm-wizards-1 was killed for want of memory 9 s after its start",
        )
        .hint("raise its memory limit of 512M, or look at its log"),
        lines: (0..40).map(|n| format!("log line {n}")).collect(),
    };
    open("message", message, &sizes);
}

/// A prune that is longer than most screens.
fn prune_view() -> PlanView {
    let home = HostId::from("home");
    let unused = Unused {
        build_cache: false,
        images: Some(UnusedImages::Untagged),
        ..Unused::default()
    };
    let steps = (0_u64..14).map(|n| Step {
        title: format!(
            "remove image untagged ghcr.io/wezm/website a{n:0>11} ({}M)",
            60 + n
        ),
        operation: Operation::RemoveNetwork {
            id: "unread".into(),
            name: String::new(),
        },
        kind: StepKind::Committing,
    });
    let notes = [
        "14 images, up to 931M: layers that images share are counted with each of them",
        "unused images that have a tag stay: 4 (pruning all unused ones takes them, too)",
        "2 spared:",
        "  untagged ghcr.io/wezm/website 5b1f0a9c2d3e, kept: release 3 of wezm/nginx",
        "  untagged 0d1c2b3a4f5e, used by wezm-hitch-1 (exited)",
    ];
    PlanView {
        entries: vec![PlanEntry {
            request: Request::prune(home.clone(), Prune::Unused(unused)),
            plan: Some(Ok(Plan {
                action: ActionName::Prune,
                target: crate::domain::Target::Host(home),
                containers: Vec::new(),
                steps: steps.collect(),
                notes: notes.map(str::to_owned).to_vec(),
            })),
        }],
        to: None,
        because: None,
        offset: 1,
    }
}

fn image_question() -> Discard {
    let prune = Prune::Image {
        id: "sha256:1".into(),
        name: "goacme/lego:v4.27.0".to_owned(),
    };
    Discard {
        offset: 0,
        request: Box::new(Request::prune(HostId::from("home"), prune)),
        question: "Remove the image goacme/lego:v4.27.0?".to_owned(),
        lines: vec!["It frees up to 48M; layers that other images share stay.".to_owned()],
        name: None,
    }
}

fn volume_question(wrong: bool) -> Discard {
    let prune = Prune::Volumes(["old_blog".to_owned()].into());
    Discard {
        offset: 0,
        request: Box::new(Request::prune(HostId::from("home"), prune)),
        question: "Remove the volume old_blog and all that is in it?".to_owned(),
        lines: vec![
            "What is in it is gone for good: nothing brings it back.".to_owned(),
            "No container uses it, running or not.".to_owned(),
            "How big it is was not measured.".to_owned(),
        ],
        name: Some(NameField {
            wanted: "old_blog".to_owned(),
            input: "old_b".into(),
            wrong,
        }),
    }
}

#[test]
fn toasts_stand_above_the_footer() {
    let mut model = full();
    for (said, tone) in [
        ("copied wezm/db", Tone::Note),
        ("redeploy wezm/wizards failed", Tone::Failed),
    ] {
        model.toasts.push(Toast::new(said, tone, model.now));
    }
    keep("toasts", &model, (80, 24));
}

fn refused() -> Failure {
    Failure::new(
        "connect to home",
        "permission denied on /var/run/docker.sock: it belongs to root and the group docker",
    )
    .hint("sudo usermod -aG docker wes, then log in again")
}

#[test]
fn nothing_known_yet() {
    let mut model = bare();
    keep("connecting", &model, (80, 24));
    model.hosts[0].connection = Connection::Lost {
        since: ago(3),
        failure: refused(),
        retry_at: ago(-5),
    };
    settle(&mut model);
    for size in [(40, 12), (120, 40)] {
        keep("cannot_connect", &model, size);
    }
    let mut model = bare();
    model.hosts[0].connection = Connection::Connected { since: ago(2) };
    model.hosts[0].listed = true;
    settle(&mut model);
    for view in View::ALL {
        model.view = view;
        keep(
            &format!("empty_{}", view.title().to_lowercase()),
            &model,
            (80, 24),
        );
    }
}

#[test]
fn a_lost_host_shows_its_last_picture_as_such() {
    let mut model = full();
    model.hosts[0].connection = Connection::Lost {
        since: ago(40),
        failure: Failure::new("talk to home", "the engine closed the connection"),
        retry_at: ago(-7),
    };
    settle(&mut model);
    keep("stale", &model, (120, 40));
    model.view = View::Hosts;
    keep("stale_hosts", &model, (120, 40));
}

#[test]
fn two_hosts_are_told_apart() {
    let mut model = model();
    let mut other = crate::app::fixture::host();
    other.id = HostId::from("vultr");
    other.containers.clear();
    for mut container in crate::app::fixture::host().containers.into_values().take(4) {
        container.host = other.id.clone();
        other.containers.insert(container.id.clone(), container);
    }
    other.regroup();
    model.hosts.push(other);
    model.now += SignedDuration::from_secs(30);
    settle(&mut model);
    keep("two_hosts", &model, (120, 40));
}

#[test]
fn a_search_in_logs() {
    let mut model = full();
    model.view = View::Logs;
    model.logs.query = Query::new("nextcloud");
    model.logs.filter_anew();
    model.logs.follow = false;
    model.logs.top = (8, 0);
    model.logs.hit = Some(11);
    model.logs.style.wrap = false;
    model.logs.column = 20;
    keep("logs_searched", &model, (100, 24));
    model.logs.input = Some("nextc".into());
    model.logs.style.clock = LogClock::Off;
    model.logs.column = 0;
    keep("logs_find_typed", &model, (80, 24));
}

#[test]
fn a_stale_picture_stands_still() {
    use ratatui::style::Modifier;
    let mut model = full();
    let theme = crate::theme::Theme::load("terminal", None).unwrap();
    model.hosts[0].connection = Connection::Lost {
        since: ago(0),
        failure: Failure::new("talk to home", "the engine closed the connection"),
        retry_at: ago(-7),
    };
    settle(&mut model);
    let mut rows = Vec::new();
    for hours in [0, 90] {
        model.now = ago(-hours * 3_600);
        let (buffer, _) = super::frame_in(&model, &theme, 80, 24);
        let mut dots = buffer.content.iter().filter(|cell| cell.symbol() == "●");
        assert!(dots.all(|cell| cell.modifier.contains(Modifier::DIM)));
        let text = text(&buffer);
        let row = text.lines().find(|line| line.contains("syncthing"));
        rows.push(row.unwrap_or_default().to_owned());
    }
    assert!(rows[0].contains(" 2d "), "{rows:?}");
    assert_eq!(rows[0], rows[1]);
}

#[test]
fn a_certificate_for_trying_things_out_is_not_trusted() {
    let mut model = full();
    let found = model.hosts[0].certificates.value.as_mut().unwrap();
    found.certificates[3].issuer = "(STAGING) Let's Encrypt Wannabe Watercress R11".to_owned();
    model.view = View::Certificates;
    settle(&mut model);
    model
        .certificates
        .cursor
        .select(&model.certificates.rows.clone(), 3);
    keep("certificates_staging", &model, (160, 24));
}

#[test]
fn findings_that_are_told_later_and_the_choice_of_when() {
    let mut model = full();
    let disk = model.findings.pop().unwrap();
    let loops = model.findings.remove(0);
    for (finding, nap) in [(loops, Nap::ALL[1]), (disk, Nap::UntilWorse)] {
        let snooze = Snooze::new(&finding, nap, model.now);
        model.snoozed.push(Snoozed { finding, snooze });
    }
    model.overlay = Some(Overlay::Findings { cursor: 2 });
    for size in [(40, 12), (80, 24), (160, 50)] {
        keep("findings_snoozed", &model, size);
    }
    model.overlay = Some(Overlay::Snooze(SnoozeView {
        id: String::new(),
        what: model.findings[0].what.clone(),
        cursor: 2,
    }));
    for size in [(40, 12), (80, 24)] {
        keep("findings_snooze", &model, size);
    }
    // All that there is is told later.
    let all = std::mem::take(&mut model.findings);
    model.snoozed.extend(all.into_iter().map(|finding| Snoozed {
        snooze: Snooze::new(&finding, Nap::UntilWorse, model.now),
        finding,
    }));
    model.overlay = None;
    keep("findings_all_snoozed", &model, (80, 24));
}

#[test]
fn what_may_follow_a_key() {
    use crate::app::Action;
    use crate::keymap::Keymap;
    let mut model = full();
    let keys = |text: &str| vec![text.parse().unwrap()];
    let replaced = [
        (Action::Top, keys("g g")),
        (Action::Bottom, keys("g e")),
        (Action::Findings, keys("g Space x")),
    ];
    model.settings.keymap = Keymap::with(&replaced, &[]).unwrap();
    model.typed = vec!["g".parse().unwrap()];
    for size in [(40, 12), (80, 24)] {
        keep("which_key", &model, size);
    }
}
