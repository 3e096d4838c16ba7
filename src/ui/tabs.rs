//! The views by their numbers.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{Action, Target, View};

use super::area::split_left;
use super::screen::Screen;
use super::text;

/// How much room a tab takes.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    /// Key, title, air.
    Full,
    /// The same with less air.
    Dense,
    /// The same with shorter titles.
    Brief,
    /// These with hardly any air.
    Tight,
    /// The open one in full, of the others the first letters.
    Short,
    /// The open one in full, of the others the key.
    Keys,
}

/// Draws them, as fully as there is room.
pub fn draw(screen: &mut Screen<'_>, area: Rect) {
    let sizes = [
        Size::Full,
        Size::Dense,
        Size::Brief,
        Size::Tight,
        Size::Short,
        Size::Keys,
    ];
    let total = |screen: &Screen<'_>, size| -> usize {
        let widths = View::ALL.map(|view| text::line_width(&tab(screen, view, size)) + gap(size));
        widths.iter().sum::<usize>() + 1
    };
    let size = sizes
        .into_iter()
        .find(|size| total(screen, *size) <= usize::from(area.width))
        .unwrap_or(Size::Keys);
    let (_, mut rest) = split_left(area, 1);
    for view in View::ALL {
        let line = tab(screen, view, size);
        let columns = u16::try_from(text::line_width(&line)).unwrap_or(0);
        let (place, after) = split_left(rest, columns);
        screen.line(place, &line);
        screen.target(place, Target::View(view));
        (_, rest) = split_left(after, u16::try_from(gap(size)).unwrap_or(1));
    }
}

const fn gap(size: Size) -> usize {
    match size {
        Size::Full => 3,
        Size::Dense | Size::Brief | Size::Short => 2,
        Size::Tight | Size::Keys => 1,
    }
}

fn tab(screen: &Screen<'_>, view: View, size: Size) -> Line<'static> {
    let (model, theme) = (screen.model, screen.theme);
    let is_open = model.view == view;
    let mut line = Line::default();
    if let Some(key) = screen.key(Action::Show(view)) {
        let key = Span::styled(key.content, if is_open { theme.key } else { theme.tab });
        line.spans.push(key);
    }
    let title = match size {
        Size::Full | Size::Dense => view.title(),
        Size::Brief | Size::Tight => view.short_title(),
        Size::Short | Size::Keys if is_open => view.title(),
        // A short word stays one.
        Size::Short if view.title().len() <= 5 => view.title(),
        Size::Short => view.title().get(..3).unwrap_or(view.title()),
        Size::Keys => "",
    };
    if !title.is_empty() {
        line.spans.push(Span::raw(" "));
        let style = if is_open { theme.tab_active } else { theme.tab };
        line.spans.push(Span::styled(title, style));
    }
    let running = model.running_jobs().count();
    if view == View::Jobs && running > 0 {
        line.spans
            .push(Span::styled(format!(" ⟳{running}"), theme.info));
    }
    line
}
