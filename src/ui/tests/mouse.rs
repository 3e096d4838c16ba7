//! What is drawn can be clicked, dragged and turned: the frame's own report, given back to the reducer.

use super::*;
use crate::app::msg::{Mouse, Msg};
use crate::app::region::{Division, Order, Target};
use crate::app::toast::{Toast, Tone};
use crate::app::update::update;
use crate::app::view::{ImageOrder, Pane, ServiceOrder, View};

/// A model that knows what is drawn where.
struct Hand {
    model: Model,
    size: (u16, u16),
}

impl Hand {
    fn on(model: Model, columns: u16, rows: u16) -> Self {
        let mut hand = Self {
            model,
            size: (columns, rows),
        };
        hand.look();
        hand
    }

    /// Draws; the text of the frame.
    fn look(&mut self) -> String {
        let (buffer, regions) = frame(&self.model, self.size.0, self.size.1);
        update(&mut self.model, Msg::Drawn(regions));
        text(&buffer)
    }

    fn does(&mut self, mouse: Mouse) -> String {
        update(&mut self.model, Msg::Mouse(mouse));
        self.look()
    }

    /// Where something lies: its first cell.
    #[track_caller]
    fn at(&self, wanted: Target) -> (u16, u16) {
        let place = self.model.regions.place(wanted);
        let place = place.unwrap_or_else(|| panic!("{wanted:?} is not on screen"));
        (place.x, place.y)
    }

    #[track_caller]
    fn click(&mut self, wanted: Target) -> String {
        let (x, y) = self.at(wanted);
        self.does(Mouse::Click(x, y));
        self.does(Mouse::Release(x, y))
    }
}

#[test]
fn the_edge_between_the_panes_is_dragged_and_goes_back_at_a_double_click() {
    let mut hand = Hand::on(full(), 160, 50);
    let divider = Target::Divider(Division::Beside);
    let (x, y) = hand.at(divider);
    hand.does(Mouse::Click(x, y + 3));
    hand.does(Mouse::Drag(100, y + 9));
    let (moved, _) = hand.at(divider);
    assert_eq!(moved.abs_diff(100), 1, "under the mouse");
    hand.does(Mouse::Drag(2, y));
    assert_eq!(
        hand.model.remembered.share.beside,
        Some(20),
        "a pane stays one"
    );
    hand.does(Mouse::Release(2, y));
    hand.does(Mouse::Drag(90, y));
    assert_eq!(
        hand.model.remembered.share.beside,
        Some(20),
        "nothing is held"
    );
    hand.click(divider);
    hand.click(divider);
    assert_eq!(hand.at(divider), (x, y));
}

#[test]
fn panes_one_below_the_other_are_divided_too() {
    let mut hand = Hand::on(full(), 90, 50);
    let divider = Target::Divider(Division::Below);
    let (x, y) = hand.at(divider);
    hand.does(Mouse::Click(x + 5, y));
    hand.does(Mouse::Drag(x + 5, y - 6));
    let (_, moved) = hand.at(divider);
    assert!(moved.abs_diff(y - 6) <= 1, "{moved} of {y}");
}

#[test]
fn a_heading_sorts_its_list() {
    let mut hand = Hand::on(full(), 160, 50);
    let by_memory = Order::Services(ServiceOrder::Memory);
    let screen = hand.click(Target::Heading(by_memory));
    assert_eq!(hand.model.order, ServiceOrder::Memory);
    assert!(screen.contains("MEM▾"), "{screen}");
    hand.click(Target::View(View::Images));
    hand.click(Target::Heading(Order::Images(ImageOrder::Age)));
    assert_eq!(hand.model.image_order, ImageOrder::Age);
}

#[test]
fn a_scroll_bar_is_clicked_and_dragged() {
    let mut hand = Hand::on(full(), 80, 14);
    let bar = hand.model.regions.place(Target::Bar(Pane::List));
    let bar = bar.expect("more services than rows");
    let last = hand.model.services.rows.len() - 1;
    hand.does(Mouse::Click(bar.x, bar.y + bar.height - 1));
    assert_eq!(hand.model.services.cursor.index, last);
    hand.does(Mouse::Drag(bar.x, bar.y + 1));
    assert!(hand.model.services.cursor.index < last / 2);
    hand.does(Mouse::Drag(bar.x + 4, 0));
    assert_eq!(hand.model.services.cursor.index, 0);
}

#[test]
fn a_message_goes_at_a_click_and_a_host_is_gone_to() {
    let mut model = full();
    let now = model.now;
    model.toasts = vec![
        Toast::new("the older", Tone::Note, now),
        Toast::new("the newer", Tone::Note, now),
    ];
    let mut hand = Hand::on(model, 160, 50);
    let screen = hand.click(Target::Toast(0));
    assert!(!screen.contains("the newer") && screen.contains("the older"));
    hand.click(Target::Host(0));
    assert_eq!(hand.model.view, View::Hosts);
}

#[test]
fn a_key_that_is_named_is_pressed_by_a_click() {
    use crate::keymap::Key;
    let mut hand = Hand::on(full(), 100, 30);
    let filter: Key = "/".parse().unwrap();
    update(&mut hand.model, Msg::Key(filter));
    hand.look();
    assert!(hand.model.services.input.is_some());
    let leave: Key = "Esc".parse().unwrap();
    hand.click(Target::Press(leave));
    assert!(hand.model.services.input.is_none());
}

#[test]
fn a_column_that_is_hidden_stays_away() {
    use crate::app::overlay::Overlay;
    use crate::keymap::Key;
    let press = |hand: &mut Hand, keys: &str| {
        for key in keys.split(' ') {
            let key: Key = key.parse().unwrap();
            update(&mut hand.model, Msg::Key(key));
        }
        hand.look()
    };
    let mut hand = Hand::on(full(), 160, 50);
    let screen = press(&mut hand, ".");
    assert!(screen.contains("[x] IMAGE"), "{screen}");
    assert!(
        !screen.contains("] NAME"),
        "a row without a name says nothing"
    );
    let screen = press(&mut hand, "Space");
    assert!(screen.contains("[ ] IMAGE"), "{screen}");
    let image = screen.lines().find(|line| line.contains("CPU")).unwrap();
    assert!(!image.contains("IMAGE"), "{image}");
    hand.click(Target::OverlayRow(0));
    assert!(hand.look().contains("[x] IMAGE"));
    press(&mut hand, "Space Esc");
    assert!(hand.model.overlay.is_none());
    let hidden = &hand.model.remembered.hidden["services"];
    assert!(hidden.contains("IMAGE"), "{hidden:?}");
    // Each list has its own.
    hand.click(Target::View(View::Images));
    assert_eq!(hand.model.hidden_columns(), None);
    assert!(!matches!(hand.model.overlay, Some(Overlay::Columns(_))));
}
