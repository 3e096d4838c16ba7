//! What is served, in the detail pane of a certificate.

use super::{frame, full, text};
use crate::app::fixture::add_served;
use crate::app::{Model, Pane, View};

fn keep(name: &str, model: &Model, (columns, rows): (u16, u16)) {
    let (buffer, _) = frame(model, columns, rows);
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), text(&buffer));
}

#[test]
fn a_certificate_says_where_it_is_served_and_where_it_is_not() {
    let mut model = full();
    add_served(&mut model);
    model.view = View::Certificates;
    model.pane = Pane::Detail;
    for name in ["wizards", "files"] {
        let rows = model.certificates.rows.clone();
        let is_it = |sha256: &String| {
            let (_, certificate) = model.certificate(sha256).unwrap();
            certificate.title().starts_with(name)
        };
        let at = rows.iter().position(is_it).unwrap();
        model.certificates.cursor.select(&rows, at);
        keep(&format!("served_{name}"), &model, (120, 60));
        keep(&format!("served_{name}"), &model, (80, 24));
        keep(&format!("served_{name}"), &model, (200, 72));
    }
}
