//! Nothing panics at any size, nothing hostile reaches a cell, no colour comes from elsewhere than the theme.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::style::{Color, Modifier};

use super::{frame, frame_in, full, select};
use crate::app::fixture::{add_served, bare, container_id, settle};
use crate::app::overlay::{
    CarryView, Confirm, Discard, ImageView, NameField, Overlay, PlanEntry, PlanView, SnoozeView,
};
use crate::app::palette::{Palette, PaletteEntry};
use crate::app::pem::{CopyView, ExportView};
use crate::app::themes::{ThemeEntry, ThemesView};
use crate::app::toast::{Toast, Tone};
use crate::app::{
    ACTIONS, Connection, DetailTab, Host, ImagePart, Model, NetworkPart, Pane, ServiceRow, View,
};
use crate::domain::chain::Above;
use crate::domain::text::is_unsafe;
use crate::domain::{
    ActionName, Answer, Certificate, ComposeIdentity, Event, Failure, FilesUnread, LogStream,
    Origin, Outcome, Prune, RawLogLine, RegistryAnswer, Request, Snooze, Subject,
};
use crate::logs::{Line, Query};
use crate::theme::{ColorDepth, Theme};

fn overlays() -> Vec<Option<Overlay>> {
    vec![
        None,
        Some(Overlay::Help { offset: 9_999 }),
        Some(Overlay::Findings { cursor: 3 }),
        Some(Overlay::Snooze(SnoozeView {
            id: "crash_loop:home/wezm/wizards".to_owned(),
            what: "a rather long sentence ".repeat(20),
            cursor: 4,
        })),
        Some(Overlay::Palette(Palette {
            input: "a rather long text that is typed into the palette by nobody".into(),
            cursor: 7,
            entries: ACTIONS
                .iter()
                .map(|spec| PaletteEntry::action(spec, true))
                .collect(),
        })),
        Some(Overlay::Themes(ThemesView {
            input: "typed".into(),
            cursor: 9_999,
            entries: vec![ThemeEntry {
                name: "a\u{1b}[31m name ".repeat(30),
                about: "\u{202e}about ".repeat(30),
            }],
            was: String::new(),
        })),
        Some(Overlay::Confirm(Confirm {
            offset: 0,
            question: "Really?".to_owned(),
            lines: vec!["a line ".repeat(30)],
            action: ActionName::Remove,
            services: Vec::new(),
        })),
        Some(Overlay::Plan(PlanView {
            entries: (0..20)
                .map(|n| PlanEntry {
                    request: Request::new(
                        ActionName::Redeploy,
                        crate::app::fixture::service_id(None, "a"),
                    ),
                    plan: (n > 0)
                        .then(|| Err(Failure::new("do it", "it cannot be done").hint("no"))),
                })
                .collect(),
            to: None,
            because: Some(crate::domain::Setting::Label),
            offset: 9_999,
        })),
        Some(Overlay::Discard(discard("a name"))),
        Some(Overlay::Carry(carry(ActionName::BackUp, "a name"))),
        Some(Overlay::Carry(carry(ActionName::Restore, "a name"))),
        Some(Overlay::Image(image(ActionName::SaveImage, "a name"))),
        Some(Overlay::Copy(CopyView {
            sha256: String::new(),
            cursor: 9_999,
        })),
        Some(Overlay::Export(ExportView {
            sha256: String::new(),
            path: "a/path/that/is/longer/than/the/window/has/room/for/its/name.pem".into(),
            exists: true,
        })),
        Some(Overlay::Message {
            failure: Failure::new("do it", "it could not be done").hint("do something else"),
            lines: vec!["log ".repeat(100); 50],
        }),
    ]
}

fn carry(action: ActionName, name: &str) -> CarryView {
    CarryView {
        action,
        host: name.into(),
        file: name.repeat(30).into(),
        volume: name.into(),
        on_volume: action == ActionName::Restore,
    }
}

fn image(action: ActionName, name: &str) -> ImageView {
    ImageView {
        action,
        host: name.into(),
        image: name.into(),
        input: name.repeat(30).into(),
    }
}

fn discard(name: &str) -> Discard {
    Discard {
        offset: 0,
        request: Box::new(Request::prune(
            "home".into(),
            Prune::Volumes([name.to_owned()].into()),
        )),
        question: name.to_owned(),
        lines: vec![format!("{name} ").repeat(30)],
        name: Some(NameField {
            wanted: name.to_owned(),
            input: name.into(),
            wrong: true,
        }),
    }
}

/// Draws whatever can be drawn at a size.
fn draw_everything(model: &mut Model, columns: u16, rows: u16) {
    for view in View::ALL {
        model.view = view;
        for pane in [Pane::List, Pane::Detail] {
            model.pane = pane;
            frame(model, columns, rows);
            model.network_part = NetworkPart::Ports;
            model.image_part = ImagePart::Cache;
            frame(model, columns, rows);
            model.network_part = NetworkPart::Networks;
            model.image_part = ImagePart::Images;
        }
    }
    model.view = View::Services;
    for tab in DetailTab::ALL {
        model.detail.tab = tab;
        frame(model, columns, rows);
    }
    for overlay in overlays() {
        model.overlay = overlay;
        frame(model, columns, rows);
    }
    model.overlay = None;
}

fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let columns = (0..=30).chain([39, 49, 50, 60, 79, 109, 110, 157, 200]);
    columns.flat_map(|columns| {
        let rows = (0..=12).chain([16, 24, 37, 60]);
        rows.map(move |rows| (columns, rows))
    })
}

#[test]
fn nothing_panics_at_any_size() {
    let mut model = full();
    model.toasts.push(Toast::new("said", Tone::Note, model.now));
    model.detail.scroll = 9_999;
    model.scroll = 9_999;
    for (columns, rows) in sizes() {
        draw_everything(&mut model, columns, rows);
    }
}

#[test]
fn nothing_panics_where_everything_is_odd() {
    let mut model = hostile(full());
    model.logs.style.wrap = false;
    model.logs.column = 9_999;
    model.logs.follow = false;
    model.logs.top = (u64::MAX, usize::MAX);
    model.logs.query = Query::new("e");
    model.logs.filter_anew();
    model.services.cursor.offset = 9_999;
    model.services.input = Some("\u{1b}日本".into());
    for (columns, rows) in sizes().step_by(3) {
        draw_everything(&mut model, columns, rows);
        draw_everything(&mut bare(), columns, rows);
    }
}

/// What a name may be made of, at worst.
const HOSTILE: &str = "\u{1b}[31m\u{7}\r\n\t\u{9b}2J\u{202e}evil\u{200b}日本e\u{301}\u{0}👩‍👩‍👧שלום";

fn hostile(mut model: Model) -> Model {
    hostile_served(&mut model);
    let host = &mut model.hosts[0];
    host.address = HOSTILE.to_owned();
    for container in host.containers.values_mut() {
        container.image = Arc::from(HOSTILE);
        container.command = HOSTILE.to_owned();
        container
            .labels
            .insert(HOSTILE.to_owned(), HOSTILE.to_owned());
        let mut detail = container.detail.as_deref().cloned().unwrap_or_default();
        detail.error = Some(HOSTILE.to_owned());
        detail.user = HOSTILE.to_owned();
        detail.command = vec![HOSTILE.to_owned(); 3];
        for var in &mut detail.env {
            var.value = HOSTILE.to_owned();
        }
        for probe in &mut detail.health_log {
            probe.output = HOSTILE.to_owned();
        }
        for mount in &mut container.mounts {
            mount.destination = HOSTILE.to_owned();
        }
        container.detail = Some(Arc::new(detail));
        if let Some(compose) = &mut container.compose {
            compose.service = format!("{HOSTILE}{}", compose.service);
            compose.project = format!("{HOSTILE}{}", compose.project);
        }
    }
    hostile_networks(host);
    host.regroup();
    for certificate in host
        .certificates
        .value
        .iter_mut()
        .flat_map(|found| &mut found.certificates)
    {
        certificate.names.insert(0, HOSTILE.to_owned());
        certificate.issuer = HOSTILE.to_owned();
        hostile_chain(certificate);
    }
    for image in host.images.value.iter_mut().flatten() {
        image.tags = vec![HOSTILE.to_owned()];
        image.digests = vec![format!("{HOSTILE}@{HOSTILE}")];
    }
    let usages = host.storing.engine.value.iter_mut();
    for record in usages.flat_map(|usage| &mut usage.cache) {
        record.id = HOSTILE.to_owned();
        record.kind = HOSTILE.to_owned();
        record.description = HOSTILE.repeat(40);
    }
    hostile_freshness(host);
    for volume in host.volumes.value.iter_mut().flatten() {
        volume.mountpoint = HOSTILE.to_owned();
        volume.driver = HOSTILE.to_owned();
    }
    for job in &mut model.jobs {
        job.title = HOSTILE.to_owned();
        job.progress = Some(HOSTILE.to_owned());
        job.output.push_back(HOSTILE.to_owned());
        if let crate::domain::JobState::Finished { outcome, .. } = &mut job.state {
            *outcome = Outcome::Failed {
                failure: Failure::new(HOSTILE, HOSTILE).hint(HOSTILE),
                log: vec![HOSTILE.to_owned()],
            };
        }
    }
    let raw = RawLogLine {
        container: container_id("files-nextcloud-1"),
        at: model.now,
        stream: LogStream::Err,
        bytes: HOSTILE.repeat(40).into_bytes(),
        cut: 3,
    };
    model.logs.push(vec![Line::from_raw(raw)]);
    for source in model.logs.sources.values_mut() {
        source.name = Arc::from(HOSTILE);
    }
    model.detail.inspect.container = Some(container_id("wezm-db-1"));
    let lines: Arc<[String]> = vec![format!("  \"{HOSTILE}\": \"{HOSTILE}\\"); 90].into();
    model.detail.inspect.lines.answer(Ok(lines), model.now);
    model
        .toasts
        .push(Toast::new(HOSTILE, Tone::Warning, model.now));
    settle(&mut model);
    hostile_night(&mut model);
    model
}

/// What needs somebody and what happened, at worst.
fn hostile_night(model: &mut Model) {
    for finding in &mut model.findings {
        finding.what = HOSTILE.to_owned();
        finding.subject = Subject::Certificate(HOSTILE.to_owned());
        finding.why = Some(HOSTILE.to_owned());
    }
    let later = model.findings.pop().unwrap();
    let snooze = Snooze::new(&later, crate::domain::finding::Nap::UntilWorse, model.now);
    model.snoozed.push(crate::app::findings::Snoozed {
        finding: later,
        snooze,
    });
    let attributes =
        ["name", "image", "oldName", HOSTILE].map(|name| (name.to_owned(), HOSTILE.to_owned()));
    for action in [HOSTILE, "rename", "health_status: \u{1b}[2J"] {
        let event = Event::of_engine(model.now, "container", action, HOSTILE, attributes.clone());
        model
            .events
            .log
            .insert(&crate::domain::HostId::from(HOSTILE), event);
    }
    crate::app::rows::refresh(model, View::Events);
}

/// What is served, at worst.
/// Everything about its places and its chain is odd.
fn hostile_chain(certificate: &mut Certificate) {
    let inside = certificate.clone();
    for place in &mut certificate.places {
        place.key_matches = Some(false);
        place.path = HOSTILE.to_owned();
        place.seen_inside = Some(Box::new(inside.clone()));
        let mut path = place.chain.as_deref().cloned().unwrap_or_default();
        for link in &mut path.links {
            (link.subject, link.issuer) = (HOSTILE.repeat(500), HOSTILE.repeat(500));
            link.key = HOSTILE.to_owned();
            link.above = Above::Impostor;
        }
        path.strays = path.links.clone();
        place.chain = Some(Arc::new(path));
    }
}

#[test]
fn a_name_of_ten_kilobytes_among_two_thousand_is_drawn_at_once() {
    let mut model = full();
    let found = model.hosts[0].certificates.value.as_mut().unwrap();
    let certificate = &mut found.certificates[0];
    certificate.names = (0..2_000)
        .map(|n| format!("{n}{}", HOSTILE.repeat(200)))
        .collect();
    hostile_chain(certificate);
    model.view = View::Certificates;
    settle(&mut model);
    let began = std::time::Instant::now();
    for pane in [Pane::List, Pane::Detail] {
        model.pane = pane;
        for (columns, rows) in [(40, 12), (80, 24), (160, 50)] {
            let (buffer, _) = frame(&model, columns, rows);
            let unsafe_one = super::text(&buffer)
                .chars()
                .find(|c| *c != '\n' && is_unsafe(*c));
            assert_eq!(unsafe_one, None);
        }
    }
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

fn hostile_served(model: &mut Model) {
    add_served(model);
    let serving = &mut model.hosts[0].serving;
    serving.problems.push(HOSTILE.to_owned());
    let (mut chains, mut words) = (0, 0);
    for served in serving.answers.values_mut() {
        served.endpoint.address.host = HOSTILE.to_owned();
        match &mut served.answer {
            Answer::Chain(chain) => {
                chain.leaf.sha256 = HOSTILE.to_owned();
                chain.leaf.read = Err(HOSTILE.to_owned());
                chains += 1;
            }
            Answer::TooOld { .. } => {}
            answer => {
                *answer = Answer::NotGranted(HOSTILE.to_owned());
                words += 1;
            }
        }
    }
    assert!(chains > 0 && words > 0);
}

/// Networks and places in them, at worst. Their names stay joined.
fn hostile_networks(host: &mut Host) {
    for container in host.containers.values_mut() {
        container.name = Arc::from(format!("{HOSTILE}{}", container.name));
        let mut detail = container.detail.as_deref().cloned().unwrap_or_default();
        for place in &mut detail.networks {
            place.name = format!("{HOSTILE}{}", place.name);
            place.addresses.push(HOSTILE.to_owned());
            place.aliases.push(HOSTILE.to_owned());
        }
        container.detail = Some(Arc::new(detail));
    }
    for network in host.networks.value.iter_mut().flatten() {
        network.name = format!("{HOSTILE}{}", network.name);
        network.driver = HOSTILE.to_owned();
        for subnet in &mut network.subnets {
            subnet.range = HOSTILE.to_owned();
            subnet.gateway = Some(HOSTILE.to_owned());
        }
        let pair = (HOSTILE.to_owned(), HOSTILE.to_owned());
        network.labels.extend([pair.clone()]);
        network.options.extend([pair]);
    }
    host.regroup_ports();
}

/// What registries and Compose say, at worst.
fn hostile_freshness(host: &mut Host) {
    let answer = RegistryAnswer {
        reference: HOSTILE.to_owned(),
        digest: Some(HOSTILE.repeat(3)),
        checked_at: crate::app::fixture::now(),
        error: Some(HOSTILE.to_owned()),
    };
    host.fresh.registries.answered(answer);
    let own = host.containers.values().filter_map(|c| c.compose.as_ref());
    let origins: BTreeSet<Origin> = own.map(ComposeIdentity::origin).collect();
    for origin in origins {
        let refused = FilesUnread::Refused {
            failure: Failure::new(HOSTILE, HOSTILE),
            stamp: 1,
        };
        let files = host.fresh.files.entry(origin).or_default();
        files.answer(Err(refused), crate::app::fixture::now());
    }
    host.work_out();
    assert!(
        host.containers
            .keys()
            .any(|id| host.fresh.update(id).is_some())
    );
}

#[test]
fn nothing_hostile_reaches_a_cell() {
    let mut model = hostile(full());
    let rows = model.services.rows.clone();
    let at = rows
        .iter()
        .position(|row| matches!(row, ServiceRow::Service(_)));
    model.services.cursor.select(&rows, at.unwrap());
    let check = |model: &Model| {
        for (columns, rows) in [(61, 30), (120, 40), (80, 24)] {
            let (buffer, _) = frame(model, columns, rows);
            for cell in &buffer.content {
                let bad = cell.symbol().chars().find(|c| is_unsafe(*c));
                assert_eq!(bad, None, "{:?} in {:?}", cell.symbol(), model.view);
            }
        }
    };
    for view in View::ALL {
        model.view = view;
        for pane in [Pane::List, Pane::Detail] {
            model.pane = pane;
            for tab in DetailTab::ALL {
                model.detail.tab = tab;
                check(&model);
            }
        }
    }
    model.view = View::Images;
    model.image_part = ImagePart::Cache;
    crate::app::rows::refresh(&mut model, View::Images);
    assert!(model.selected_cache().is_some());
    for pane in [Pane::List, Pane::Detail] {
        model.pane = pane;
        check(&model);
    }
    model.overlay = Some(Overlay::Message {
        failure: Failure::new(HOSTILE, HOSTILE).hint(HOSTILE),
        lines: vec![HOSTILE.to_owned(); 5],
    });
    check(&model);
    model.overlay = Some(Overlay::Confirm(Confirm {
        offset: 0,
        question: HOSTILE.to_owned(),
        lines: vec![HOSTILE.to_owned()],
        action: ActionName::Remove,
        services: Vec::new(),
    }));
    check(&model);
    model.overlay = Some(Overlay::Discard(discard(HOSTILE)));
    check(&model);
    for action in [ActionName::BackUp, ActionName::Restore] {
        model.overlay = Some(Overlay::Carry(carry(action, HOSTILE)));
        check(&model);
    }
    for action in [
        ActionName::TagImage,
        ActionName::SaveImage,
        ActionName::PullImage,
    ] {
        model.overlay = Some(Overlay::Image(image(action, HOSTILE)));
        check(&model);
    }
    let mut model = bare();
    model.hosts[0].connection = Connection::Lost {
        since: model.now,
        failure: Failure::new(HOSTILE, HOSTILE).hint(HOSTILE),
        retry_at: model.now,
    };
    settle(&mut model);
    check(&model);
}

#[test]
fn colours_come_from_the_theme_only() {
    let theme = Theme::load("mono", None).unwrap().at(ColorDepth::None);
    let mut model = full();
    for view in View::ALL {
        model.view = view;
        for tab in DetailTab::ALL {
            model.detail.tab = tab;
            let (buffer, _) = frame_in(&model, &theme, 120, 40);
            // The log's own red and yellow have to go as well.
            for cell in &buffer.content {
                assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
            }
        }
    }
}

#[test]
fn the_selected_row_is_seen_without_colour() {
    let theme = Theme::load("mono", None).unwrap();
    let mut model = full();
    select(&mut model, Some("files"), "syncthing");
    let (buffer, _) = frame_in(&model, &theme, 80, 24);
    let rows: BTreeSet<u16> = (2..24)
        .filter(|y| {
            let cell = buffer.cell((75, *y)).unwrap();
            cell.modifier.contains(Modifier::REVERSED)
        })
        .collect();
    assert_eq!(rows.len(), 1);
}

#[test]
fn the_selected_row_is_of_one_readable_style_with_few_colours() {
    let mut model = full();
    select(&mut model, Some("wezm"), "db");
    for depth in [ColorDepth::None, ColorDepth::Ansi16] {
        let theme = Theme::default().at(depth);
        let (buffer, _) = frame_in(&model, &theme, 80, 24);
        let is_selected = |y: &u16| {
            buffer.content[usize::from(*y) * 80 + 40]
                .modifier
                .contains(Modifier::REVERSED)
        };
        let row = (5..24).find(is_selected).unwrap();
        let cells = &buffer.content[usize::from(row) * 80 + 1..usize::from(row) * 80 + 79];
        let text: String = cells.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert!(text.contains("unhealthy"), "{text}");
        for cell in cells {
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{text}");
            assert!(cell.modifier.contains(Modifier::REVERSED));
            assert!(!cell.modifier.contains(Modifier::DIM), "{text}");
        }
    }
}
