//! The screenshots of the documentation are real frames; `TOPSIDE_UPDATE_SCREENSHOTS=1` writes them anew.

use std::path::Path;

use crate::app::fixture::add_updates;
use crate::app::overlay::Overlay;
use crate::app::{Model, Pane, View};
use crate::theme::Theme;
use crate::ui::svg::{Canvas, DARK, LIGHT, svg};

use super::{frame_in, full};

fn check(name: &str, model: &Model, theme: &str, canvas: Canvas, (columns, rows): (u16, u16)) {
    let theme = Theme::load(theme, None).unwrap();
    let (buffer, _) = frame_in(model, &theme, columns, rows);
    let drawn = svg(&buffer, canvas);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("screenshots")
        .join(format!("{name}.svg"));
    if std::env::var_os("TOPSIDE_UPDATE_SCREENSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, drawn).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "screenshots/{name}.svg is not what is drawn; write it anew with TOPSIDE_UPDATE_SCREENSHOTS=1"
    );
}

#[test]
fn the_main_views() {
    let size = (120, 36);
    let mut model = full();
    add_updates(&mut model);
    for view in View::ALL {
        model.view = view;
        let name = view.title().to_lowercase();
        check(&name, &model, "topside", DARK, size);
    }
}

#[test]
fn other_themes_and_a_small_screen() {
    let mut model = full();
    check("services-light", &model, "light", LIGHT, (120, 36));
    check("services-mono", &model, "mono", DARK, (100, 30));
    check("services-80x24", &model, "topside", DARK, (80, 24));
    model.overlay = Some(Overlay::Help { offset: 0 });
    check("help", &model, "topside", DARK, (140, 44));
    model.overlay = None;
    model.detail.tab = crate::app::DetailTab::Stats;
    model.pane = Pane::Detail;
    check("stats", &model, "topside", DARK, (160, 44));
}
