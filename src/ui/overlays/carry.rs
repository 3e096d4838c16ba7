//! Which file a volume is backed up to, or made of.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tui_input::Input;

use crate::app::overlay::CarryView;
use crate::domain::ActionName;
use crate::domain::text::visible;
use crate::ui::area::{row, split_left};
use crate::ui::footer::field;
use crate::ui::screen::Screen;

use super::confirm::{answers, question};

/// Draws it.
pub fn draw(screen: &mut Screen<'_>, area: Rect, view: &CarryView) {
    let backs_up = view.action == ActionName::BackUp;
    let (title, asked, lines, below) = if backs_up {
        let asked = format!("Back up {} to which file?", visible(view.volume.value()));
        let lines =
            ["On the machine where topside runs. In a folder it gets a name with the time."];
        ("back up", asked, lines, 3)
    } else {
        let asked = format!("Make a new volume on {} of which file?", view.host);
        let lines =
            ["A tar on the machine where topside runs. It is checked before anything is made."];
        ("restore", asked, lines, 4)
    };
    let inner = question(
        screen,
        area,
        title,
        (&asked, &lines.map(str::to_owned)),
        (below, None),
    );
    let last = usize::from(inner.height.saturating_sub(1));
    let from = last.saturating_sub(usize::from(below) - 1);
    let prompt = if backs_up { "to: " } else { "from: " };
    typed(
        screen,
        row(inner, from),
        prompt,
        (&view.file, !view.on_volume),
    );
    if !backs_up {
        let place = row(inner, from.saturating_add(1));
        typed(screen, place, "its name: ", (&view.volume, view.on_volume));
    }
    answers(screen, inner, "Enter", "see the plan");
}

/// A field; the one that is typed into is drawn last, for it has the cursor.
pub(super) fn typed(
    screen: &mut Screen<'_>,
    place: Rect,
    prompt: &str,
    (input, has_keys): (&Input, bool),
) {
    let theme = screen.theme;
    let style = if has_keys { theme.accent } else { theme.muted };
    screen.line(place, &Line::from(Span::styled(prompt.to_owned(), style)));
    let (_, place) = split_left(place, prompt.len() as u16);
    let cursor = screen.cursor;
    field(screen, place, input);
    if !has_keys {
        screen.cursor = cursor;
    }
}
