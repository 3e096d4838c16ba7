//! What is out of date: marks in the list, words in the detail pane, findings.

use super::{frame, full, select, text};
use crate::app::fixture::{add_stale, add_updates, ago};
use crate::app::overlay::Overlay;
use crate::app::{DetailTab, Model, Pane};

fn stale() -> Model {
    let mut model = full();
    add_updates(&mut model);
    add_stale(&mut model);
    model
}

fn keep(name: &str, model: &Model, (columns, rows): (u16, u16)) {
    let (buffer, _) = frame(model, columns, rows);
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), text(&buffer));
}

#[test]
fn marks_stand_at_the_end_of_the_rows() {
    let mut model = stale();
    for size in [(40, 12), (80, 24), (120, 40), (160, 50)] {
        keep("stale", &model, size);
    }
    model.overlay = Some(Overlay::Findings { cursor: 0 });
    keep("stale_findings", &model, (100, 30));
}

#[test]
fn the_overview_says_it_in_words() {
    let mut model = stale();
    model.pane = Pane::Detail;
    model.detail.tab = DetailTab::Overview;
    for (project, name) in [
        ("wezm", "hitch"),
        ("wezm", "varnish"),
        ("wezm", "nginx"),
        ("wezm", "db"),
        ("files", "syncthing"),
    ] {
        select(&mut model, Some(project), name);
        keep(&format!("stale_detail_{name}"), &model, (120, 64));
    }
    model.hosts[0].fresh.registries.limited_until = Some(ago(-3_600));
    select(&mut model, Some("wezm"), "varnish");
    keep("stale_detail_limited", &model, (120, 64));
}

#[test]
fn nothing_out_of_date_takes_no_room() {
    let plain = full();
    let mut current = full();
    current.hosts[0].work_out();
    // Narrow enough that only the list is shown.
    for size in [(60, 20), (80, 24)] {
        let drawn = |model: &Model| text(&frame(model, size.0, size.1).0);
        assert_eq!(drawn(&plain), drawn(&current));
    }
}
