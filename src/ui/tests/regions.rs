//! What a frame reports: where a click goes, what is on screen, how far there is to scroll.

use super::{frame, full};
use crate::app::overlay::Overlay;
use crate::app::{Action, DetailTab, Model, Pane, ServiceRow, Target, View};

/// Where a text stands on the screen.
fn find(model: &Model, wanted: &str, (columns, rows): (u16, u16)) -> Option<Target> {
    let (buffer, regions) = frame(model, columns, rows);
    let text = super::text(&buffer);
    let (y, line) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains(wanted))?;
    let x = line.split(wanted).next()?.chars().count();
    regions.at(u16::try_from(x).ok()?, u16::try_from(y).ok()?)
}

#[test]
fn a_click_goes_to_what_is_seen() {
    let mut model = full();
    let size = (120, 40);
    assert_eq!(
        find(&model, "3 Volumes", size),
        Some(Target::View(View::Volumes))
    );
    assert_eq!(
        find(&model, "env", size),
        Some(Target::Tab(DetailTab::Environment))
    );
    assert_eq!(
        find(&model, "? help", size),
        Some(Target::Action(Action::Help))
    );
    assert_eq!(
        find(&model, "fails its health", size),
        Some(Target::Findings)
    );
    assert_eq!(
        find(&model, "health checks", size),
        Some(Target::Pane(Pane::Detail))
    );
    let row = find(&model, "syncthing", size);
    let Some(Target::Row(at)) = row else {
        panic!("{row:?}");
    };
    let ServiceRow::Service(id) = &model.services.rows[at] else {
        panic!("no service");
    };
    assert_eq!(&*id.name, "syncthing");
    model.overlay = Some(Overlay::Findings { cursor: 0 });
    assert_eq!(
        find(&model, "old.example.org expired", (80, 14)),
        Some(Target::OverlayRow(2))
    );
}

#[test]
fn a_list_scrolls_no_further_than_the_cursor_needs() {
    let mut model = full();
    let rows = model.services.rows.clone();
    model.services.cursor.select(&rows, rows.len() - 1);
    let (_, regions) = frame(&model, 80, 15);
    assert_eq!(regions.list_offset, rows.len() - regions.list_rows);
    model.services.cursor.offset = regions.list_offset;
    model.services.cursor.select(&rows, regions.list_offset + 1);
    let (_, again) = frame(&model, 80, 15);
    assert_eq!(again.list_offset, regions.list_offset);
    // While the detail pane has the screen the list keeps its place.
    model.pane = Pane::Detail;
    model.regions = again;
    let (_, detail) = frame(&model, 80, 15);
    assert_eq!(detail.list_offset, regions.list_offset);
    assert_eq!(detail.list_rows, regions.list_rows);
}

#[test]
fn only_what_is_on_screen_is_wanted() {
    let mut model = full();
    let (_, all) = frame(&model, 120, 40);
    assert_eq!(all.containers.len(), 11);
    let rows = model.services.rows.clone();
    model.services.cursor.select(&rows, 0);
    let (_, few) = frame(&model, 80, 9);
    assert!(few.containers.len() < 6, "{:?}", few.containers);
    // Alone on screen, the detail pane still shows one service.
    super::select(&mut model, Some("files"), "nextcloud");
    model.pane = Pane::Detail;
    let (_, one) = frame(&model, 80, 24);
    assert_eq!(one.containers.len(), 2);
}

#[test]
fn the_detail_pane_says_how_far_it_scrolls() {
    let mut model = full();
    model.pane = Pane::Detail;
    let (_, regions) = frame(&model, 80, 20);
    assert!(regions.detail_most > 0);
    model.detail.scroll = regions.detail_most;
    let (buffer, _) = frame(&model, 80, 20);
    assert!(super::text(&buffer).contains("topside.gate=healthy"));
    // A pane that waits for its text is on screen all the same.
    model.detail.tab = DetailTab::Inspect;
    let (_, waiting) = frame(&model, 80, 20);
    assert!(waiting.detail_rows > 0);
}

/// A crash loop runs for a moment between two deaths; the count at its project holds as the finding does.
#[test]
fn the_badge_of_a_project_counts_what_needs_somebody() {
    let badge = |model: &Model| -> String {
        let (buffer, _) = frame(model, 80, 24);
        let text = super::text(&buffer);
        let line = text.lines().find(|line| line.contains("▾ wezm"));
        line.unwrap_or_default().trim_matches(['│', ' ']).to_owned()
    };
    let mut model = full();
    assert_eq!(badge(&model), "▾ wezm 6  ✖ 2");
    let wizards = crate::app::fixture::container_id("wezm-wizards-1");
    let container = model.hosts[0].containers.get_mut(&wizards).unwrap();
    container.state = crate::domain::ContainerState::Running;
    model.hosts[0].regroup();
    crate::app::fixture::settle(&mut model);
    assert_eq!(badge(&model), "▾ wezm 6  ✖ 2");
}

#[test]
fn a_long_host_name_takes_the_room_there_is_and_keeps_its_tail() {
    let mut model = full();
    let host = &mut model.hosts[0];
    host.id = crate::domain::HostId::from("/var/tmp/topside-test.HDWQ2E/docker.sock");
    let first_line = |model: &Model, columns: u16| {
        let (buffer, _) = frame(model, columns, 24);
        super::text(&buffer).lines().next().unwrap().to_owned()
    };
    let wide = first_line(&model, 80);
    assert!(wide.contains("/var/tmp/topside-test.HDWQ2E/docker.sock"));
    let narrow = first_line(&model, 50);
    assert!(narrow.contains("● /var/"), "{narrow}");
    assert!(narrow.contains("docker.sock"), "{narrow}");
    // A second host is not pushed off the line.
    let mut other = crate::app::Host::new("nas".into(), String::new());
    other.connection = crate::app::Connection::Connected { since: model.now };
    model.hosts.push(other);
    let two = first_line(&model, 60);
    assert!(two.contains("docker.sock  ● nas"), "{two}");
}

#[test]
fn the_detail_pane_names_the_replica_under_the_cursor() {
    let mut model = full();
    super::select(&mut model, Some("files"), "nextcloud");
    let title = |model: &Model| {
        let (buffer, _) = frame(model, 120, 24);
        let text = super::text(&buffer);
        let line = text.lines().find(|line| line.contains("╭─ services"));
        line.unwrap_or_default().to_owned()
    };
    assert!(title(&model).contains("╭─ ● files/nextcloud ─"));
    let service = crate::app::fixture::service_id(Some("files"), "nextcloud");
    model.opened.insert(service);
    crate::app::fixture::settle(&mut model);
    let second = crate::app::fixture::container_id("files-nextcloud-2");
    let rows = model.services.rows.clone();
    let at = rows
        .iter()
        .position(|row| *row == ServiceRow::Container(second.clone()));
    model.services.cursor.select(&rows, at.unwrap());
    let said = title(&model);
    assert!(
        said.contains("╭─ ● files-nextcloud-2 of files/nextcloud ─"),
        "{said}"
    );
}

#[test]
fn every_finding_is_read_in_full_when_the_cursor_is_on_it() {
    let mut model = full();
    let sentence = "needs somebody because of something that takes a while to tell ".repeat(3);
    for (n, finding) in model.findings.iter_mut().enumerate() {
        finding.what = format!("{sentence}{n}!");
    }
    for cursor in 0..model.findings.len() {
        model.overlay = Some(Overlay::Findings { cursor });
        for size in [(80, 14), (50, 13), (140, 44)] {
            let end = format!("{cursor}!");
            assert_eq!(
                find(&model, &end, size),
                Some(Target::OverlayRow(cursor)),
                "{size:?}"
            );
        }
    }
}
