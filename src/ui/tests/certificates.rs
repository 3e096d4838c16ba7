//! The chain as a tree, and what is copied and exported of a certificate.

use std::sync::Arc;

use super::{frame, full, text};
use crate::app::overlay::Overlay;
use crate::app::pem::{CopyView, ExportView};
use crate::app::{Model, Pane, View};
use crate::domain::chain::{Above, ChainLink};
use crate::domain::{Certificate, CertificateRole, ChainStatus};

fn keep(name: &str, model: &Model, (columns, rows): (u16, u16)) {
    let (buffer, _) = frame(model, columns, rows);
    insta::assert_snapshot!(format!("{name}_{columns}x{rows}"), text(&buffer));
}

/// The view with the detail of the soonest to expire, changed first.
fn detail(change: impl FnOnce(&mut Certificate)) -> Model {
    let mut model = full();
    model.view = View::Certificates;
    model.pane = Pane::Detail;
    let found = model.hosts[0].certificates.value.as_mut().unwrap();
    change(&mut found.certificates[1]);
    let rows = model.certificates.rows.clone();
    model.certificates.cursor.select(&rows, 1);
    model
}

/// Its chain, with a change to the links.
fn chain(change: impl FnOnce(&mut Vec<ChainLink>) -> ChainStatus) -> Model {
    detail(|certificate| {
        let mut path = certificate.places[0].chain.as_deref().unwrap().clone();
        path.status = change(&mut path.links);
        certificate.places.truncate(1);
        certificate.places[0].chain = Some(Arc::new(path));
    })
}

fn root() -> ChainLink {
    let model = full();
    let found = model.hosts[0].certificates.value.as_ref().unwrap();
    let path = found.certificates[1].places[0].chain.as_deref().unwrap();
    ChainLink {
        subject: "ISRG Root X1".to_owned(),
        role: CertificateRole::Root,
        above: Above::Itself,
        ..path.links[1].clone()
    }
}

#[test]
fn a_chain_is_drawn_from_its_root_down() {
    let whole = chain(|links| {
        links[1].above = Above::Issuer;
        links.push(root());
        ChainStatus::Complete
    });
    keep("chain_whole", &whole, (80, 64));
    keep("chain_whole", &whole, (40, 90));
    let out_of_order = chain(|links| {
        links[1].above = Above::IssuerBefore;
        links[1].not_after = links[1].not_before;
        links.push(root());
        ChainStatus::WrongOrder
    });
    keep("chain_out_of_order", &out_of_order, (80, 64));
    let alone = chain(|links| {
        links.truncate(1);
        links[0].above = Above::Nothing;
        ChainStatus::MissingIntermediate
    });
    keep("chain_missing", &alone, (80, 64));
    let broken = chain(|links| {
        links.truncate(1);
        links[0].above = Above::Impostor;
        ChainStatus::Broken
    });
    keep("chain_broken", &broken, (80, 64));
}

#[test]
fn what_is_wrong_at_a_place_is_said_there() {
    let mut model = detail(|certificate| {
        let before = certificate.clone();
        certificate.places[0].key_matches = Some(false);
        certificate.places[1].seen_inside = Some(Box::new(before));
    });
    model.hosts[0].judge(
        &crate::domain::Thresholds::default(),
        crate::app::fixture::now(),
    );
    keep("certificate_wrong_key", &model, (100, 60));
}

#[test]
fn copy_and_export_fit_small_screens() {
    let mut model = full();
    model.view = View::Certificates;
    let sha256 = model.certificates.rows[0].clone();
    for size in [(80, 24), (60, 20), (40, 12)] {
        model.overlay = None;
        keep("certificates_small", &model, size);
        model.overlay = Some(Overlay::Copy(CopyView {
            sha256: sha256.clone(),
            cursor: 2,
        }));
        keep("certificate_copy", &model, size);
        model.overlay = Some(Overlay::Export(ExportView {
            sha256: sha256.clone(),
            path: "old.example.org.pem".into(),
            exists: size.0 == 60,
        }));
        keep("certificate_export", &model, size);
    }
}
