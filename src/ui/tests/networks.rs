//! The networks view: who is in a network, and the ports of the host.

use super::frames::keep;
use super::full;
use crate::app::fixture::add_ports;
use crate::app::{Model, NetworkPart, Pane, View};
use crate::domain::Door;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (160, 50)];

fn networks() -> Model {
    let mut model = full();
    add_ports(&mut model);
    model.view = View::Networks;
    model
}

#[test]
fn containers_that_share_a_network_are_one_unit() {
    let mut model = networks();
    for size in SIZES {
        keep("networks_with_a_unit", &model, size);
    }
    model.pane = Pane::Detail;
    keep("networks_detail", &model, (80, 24));
}

#[test]
fn every_port_of_the_host_says_from_where_it_is_reached() {
    let mut model = networks();
    model.network_part = NetworkPart::Ports;
    let rows = model.ports.rows.clone();
    let on = |port| rows.iter().position(|row| row.port == Some(port)).unwrap();
    for (name, at) in [
        ("ports", on(443)),
        ("ports_wanted_twice", on(80)),
        ("ports_of_a_unit", on(8080)),
    ] {
        model.ports.cursor.select(&rows, at);
        for size in SIZES {
            keep(name, &model, size);
        }
    }
    let unknown = rows.iter().position(|row| row.door == Door::Unknown);
    model.ports.cursor.select(&rows, unknown.unwrap());
    model.pane = Pane::Detail;
    keep("ports_not_known", &model, (80, 24));
}
