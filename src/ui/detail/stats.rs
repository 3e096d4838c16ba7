//! What a container used lately: four charts and their newest values.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Host;
use crate::domain::{ByteSize, Container, Service, Usage};
use crate::ui::area::{split_left, split_top};
use crate::ui::format;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::chart::{Chart, chart};
use crate::ui::widgets::empty;

/// One chart: its name, its newest value, its series.
struct Series {
    name: &'static str,
    said: String,
    values: Vec<f64>,
    at_least: f64,
    label: fn(f64) -> String,
    style: Style,
}

/// Draws them.
pub fn draw(
    screen: &mut Screen<'_>,
    area: Rect,
    host: &Host,
    service: &Service,
    container: &Container,
) {
    let theme = screen.theme;
    if !container.is_up() {
        empty::empty(screen, area, "it does not run, so it uses nothing");
        return;
    }
    let history = host.usage.get(&container.id);
    let Some(history) = history.filter(|history| history.reading().is_some()) else {
        empty::waiting(screen, area, "reading…");
        return;
    };
    let samples: Vec<&Usage> = history.samples().iter().collect();
    let series = |of: fn(&Usage) -> Option<f64>| -> Vec<f64> {
        let values = samples.iter().map(|usage| of(usage).unwrap_or(f64::NAN));
        values.collect()
    };
    let now = host.usage_of(&container.id).unwrap_or_default();
    let limit = now.memory_limit.map(|limit| format!(" of {limit}"));
    let pids = now.pids.map(|pids| format!("   {pids} processes"));
    let rate = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format::rate);
    let bytes: fn(f64) -> String = |value| ByteSize(value.max(0.0) as u64).to_string();
    let one = |name, said, values, at_least, label, style| Series {
        name,
        said,
        values,
        at_least,
        label,
        style,
    };
    let rows = [
        vec![one(
            "CPU",
            format::percent(now.cpu_percent) + &pids.unwrap_or_default(),
            series(|usage| Some(usage.cpu_percent)),
            1.0,
            format::percent,
            theme.chart_cpu,
        )],
        vec![one(
            "memory",
            now.memory.to_string() + &limit.unwrap_or_default(),
            series(|usage| Some(usage.memory.0 as f64)),
            1024.0 * 1024.0,
            bytes,
            theme.chart_memory,
        )],
        vec![
            one(
                "received",
                rate(now.received_rate),
                series(|usage| usage.received_rate),
                1024.0,
                bytes,
                theme.chart_network,
            ),
            one(
                "sent",
                rate(now.sent_rate),
                series(|usage| usage.sent_rate),
                1024.0,
                bytes,
                theme.chart_network,
            ),
        ],
        vec![
            one(
                "disk read",
                rate(now.disk_read_rate),
                series(|usage| usage.disk_read_rate),
                1024.0,
                bytes,
                theme.chart_disk,
            ),
            one(
                "written",
                rate(now.disk_written_rate),
                series(|usage| usage.disk_written_rate),
                1024.0,
                bytes,
                theme.chart_disk,
            ),
        ],
    ];
    let mut rest = area;
    if service.containers.len() > 1 {
        let (top, below) = split_top(rest, 1);
        let name = Span::styled(&*container.name, theme.muted);
        screen.line(top, &Line::from(name));
        rest = below;
    }
    grid(screen, rest, rows);
}

/// Four rows, those with two series side by side.
fn grid(screen: &mut Screen<'_>, area: Rect, rows: [Vec<Series>; 4]) {
    let each = (area.height / 4).clamp(1, 9);
    let mut rest = area;
    for row in rows {
        let (mut place, below) = split_top(rest, each);
        rest = below;
        let count = u16::try_from(row.len()).unwrap_or(1).max(1);
        let columns = place.width.saturating_sub(2 * (count - 1)) / count;
        for series in row {
            let (cell, after) = split_left(place, columns);
            one_series(screen, cell, &series);
            (_, place) = split_left(after, 2);
        }
    }
}

/// Name and value over the chart; on one row only, beside it.
fn one_series(screen: &mut Screen<'_>, area: Rect, series: &Series) {
    let theme = screen.theme;
    let heading = Line::from(vec![
        Span::styled(format!("{:<11}", series.name), theme.muted),
        Span::styled(series.said.clone(), series.style),
    ]);
    let drawn = Chart {
        values: &series.values,
        at_least: series.at_least,
        label: series.label,
        style: series.style,
    };
    if area.height == 1 {
        let (left, right) = split_left(area, 24.min(area.width));
        let room = usize::from(left.width).saturating_sub(1);
        screen.line(left, &text::cut_line(heading, room));
        chart(screen, right, &drawn);
        return;
    }
    let (top, below) = split_top(area, 1);
    screen.line(top, &heading);
    // Air between the charts where there is room.
    let rows = if below.height > 3 {
        below.height - 1
    } else {
        below.height
    };
    let (plot, _) = split_top(below, rows);
    chart(screen, plot, &drawn);
}
