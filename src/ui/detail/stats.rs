//! What a container used lately: four charts and their newest values.

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Host;
use crate::domain::units::age;
use crate::domain::{ByteSize, Container, Service, Usage};
use crate::ui::area::{split_bottom, split_left, split_top};
use crate::ui::format;
use crate::ui::screen::Screen;
use crate::ui::text;
use crate::ui::widgets::chart::{Chart, Floor, chart};
use crate::ui::widgets::empty;

/// Percent: what a sleeping program does now and then is no peak.
const CPU: Floor = Floor {
    at_least: 5.0,
    noise: 0.1,
};

/// Bytes.
const MEMORY: Floor = Floor {
    at_least: 1024.0 * 1024.0,
    noise: 0.0,
};

/// Bytes a second: below 1 KiB is chatter (ARP, health checks), not traffic.
const RATE: Floor = Floor {
    at_least: 10.0 * 1024.0,
    noise: 1024.0,
};

/// One chart: its name, its newest value, its series.
struct Series {
    name: &'static str,
    said: String,
    values: Vec<f64>,
    floor: Floor,
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
    let samples = history.samples();
    let times: Vec<Timestamp> = samples.iter().map(|sample| sample.at).collect();
    let series = |of: fn(&Usage) -> Option<f64>| -> Vec<f64> {
        let values = samples
            .iter()
            .map(|sample| of(&sample.usage).unwrap_or(f64::NAN));
        values.collect()
    };
    let now = host.usage_of(&container.id).unwrap_or_default();
    let limit = now.memory_limit.map(|limit| format!(" of {limit}"));
    let pids = now.pids.map(|pids| {
        let es = if pids == 1 { "" } else { "es" };
        format!("   {pids} process{es}")
    });
    let rate = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format::rate);
    let bytes: fn(f64) -> String = |value| ByteSize(value.max(0.0) as u64).to_string();
    let one = |name, said, values, floor, label, style| Series {
        name,
        said,
        values,
        floor,
        label,
        style,
    };
    let rows = [
        vec![one(
            "CPU",
            now.cpu_percent
                .map_or_else(|| "…".to_owned(), format::percent)
                + &pids.unwrap_or_default(),
            series(|usage| usage.cpu_percent),
            CPU,
            format::percent,
            theme.chart_cpu,
        )],
        vec![one(
            "memory",
            now.memory.to_string() + &limit.unwrap_or_default(),
            series(|usage| Some(usage.memory.0 as f64)),
            MEMORY,
            bytes,
            theme.chart_memory,
        )],
        vec![
            one(
                "received",
                rate(now.received_rate),
                series(|usage| usage.received_rate),
                RATE,
                bytes,
                theme.chart_network,
            ),
            one(
                "sent",
                rate(now.sent_rate),
                series(|usage| usage.sent_rate),
                RATE,
                bytes,
                theme.chart_network,
            ),
        ],
        vec![
            one(
                "disk read",
                rate(now.disk_read_rate),
                series(|usage| usage.disk_read_rate),
                RATE,
                bytes,
                theme.chart_disk,
            ),
            one(
                "written",
                rate(now.disk_written_rate),
                series(|usage| usage.disk_written_rate),
                RATE,
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
    grid(screen, rest, rows, &times);
}

/// Four rows, those with two series side by side.
fn grid(screen: &mut Screen<'_>, area: Rect, rows: [Vec<Series>; 4], times: &[Timestamp]) {
    let each = (area.height / 4).clamp(1, 9);
    let mut rest = area;
    for row in rows {
        let (mut place, below) = split_top(rest, each);
        rest = below;
        let count = u16::try_from(row.len()).unwrap_or(1).max(1);
        let columns = place.width.saturating_sub(2 * (count - 1)) / count;
        for series in row {
            let (cell, after) = split_left(place, columns);
            one_series(screen, cell, &series, times);
            (_, place) = split_left(after, 2);
        }
    }
}

/// Name and value over the chart; on one row only, beside it.
fn one_series(screen: &mut Screen<'_>, area: Rect, series: &Series, times: &[Timestamp]) {
    let theme = screen.theme;
    let heading = Line::from(vec![
        Span::styled(format!("{:<11}", series.name), theme.muted),
        Span::styled(series.said.clone(), series.style),
    ]);
    let drawn = Chart {
        values: &series.values,
        floor: series.floor,
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
    // The times stand below the chart where there is room, else beside its name.
    let own_row = below.height > 3;
    let (plot, axis) = split_bottom(below, u16::from(own_row));
    let shown = chart(screen, plot, &drawn);
    let times = times
        .get(times.len().saturating_sub(shown.len)..)
        .unwrap_or(&[]);
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        screen.line(top, &heading);
        return;
    };
    let now = screen.model.now;
    let (from, to) = (age_of(*first, now), age_of(*last, now));
    let from = Span::styled(from, theme.muted);
    let to = Span::styled(to, theme.muted);
    if own_row {
        let (_, place) = split_left(axis, axis.width.saturating_sub(shown.columns));
        let rest = screen.line_right(place, &Line::from(to));
        if text::width(&from.content) < usize::from(rest.width) {
            screen.line(rest, &Line::from(from));
        }
        screen.line(top, &heading);
        return;
    }
    let span = Line::from(vec![from, Span::styled(" … ", theme.muted), to]);
    if text::line_width(&heading) + 2 + text::line_width(&span) <= usize::from(top.width) {
        screen.line_right(top, &span);
    }
    screen.line(top, &heading);
}

/// How long ago a sample was read; the newest is of now, unless none comes any more.
fn age_of(at: Timestamp, now: Timestamp) -> String {
    const LATELY: SignedDuration = SignedDuration::from_secs(10);
    if now.duration_since(at) < LATELY {
        "now".to_owned()
    } else {
        format!("{} ago", age(at, now))
    }
}
