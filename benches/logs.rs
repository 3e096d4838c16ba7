//! What is done to every line of a log: `cargo bench --bench logs`.
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot begin has to say so"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use topside::logs::watch::{Watch, defaults};
use topside::logs::{Level, Query, continues, fields};

const LINES: [(&str, &str); 6] = [
    (
        "text",
        "2026-11-21T12:00:00.123456Z  INFO web::http: request done in 12 ms, 200 OK for the path /srv/files/list",
    ),
    (
        "access",
        r#"172.17.0.1 - - [21/Nov/2026:12:00:00 +0000] "GET /srv/files/list?page=12 HTTP/1.1" 200 5123 "-" "Mozilla/5.0""#,
    ),
    (
        "none",
        "the quick brown fox jumps over the lazy dog and then again over the quick brown fox until it is evening",
    ),
    (
        "logfmt",
        r#"time="2026-11-21T12:00:00Z" level=info msg="request done" path=/srv/files/list status=200 took=12ms"#,
    ),
    (
        "json",
        r#"{"time":"2026-11-21T12:00:00Z","level":"info","msg":"request done","path":"/srv/files/list","status":200}"#,
    ),
    (
        "postgres",
        "2026-11-21 12:00:00.000 UTC [1234] wes@shop LOG:  duration: 12.345 ms  statement: select * from goods",
    ),
];

fn a_line(criterion: &mut Criterion) {
    let watch = Watch::new(&defaults()).unwrap();
    for (name, line) in LINES {
        criterion.bench_function(&format!("level/{name}"), |b| {
            b.iter(|| Level::of(black_box(line)));
        });
        criterion.bench_function(&format!("watch/{name}"), |b| {
            b.iter(|| watch.of(black_box(line)));
        });
        criterion.bench_function(&format!("fields/{name}"), |b| {
            b.iter(|| fields::parse(black_box(line)));
        });
        criterion.bench_function(&format!("continues/{name}"), |b| {
            b.iter(|| continues(black_box(LINES[0].1), black_box(line)));
        });
    }
}

fn a_million_lines(criterion: &mut Criterion) {
    let lines: Vec<String> = (0..1_000_000)
        .map(|n| format!("2026-11-21T12:00:00.{n:06}Z  INFO web::http: done in {n:>3} ms, 200 OK for /srv/files/{n:<32}"))
        .collect();
    let queries = [
        ("exact", Query::new("Zebra")),
        ("any_case", Query::new("error")),
        ("beyond_ascii", Query::new("größe")),
        ("regex", Query::regex(r"took \d+ seconds").ok()),
        ("regex_without_literal", Query::regex(r"5\d\d [A-Z]").ok()),
    ];
    let mut group = criterion.benchmark_group("query");
    group.sample_size(10);
    group.throughput(Throughput::Elements(1_000_000));
    for (name, query) in queries {
        let query = query.unwrap();
        group.bench_function(name, |b| {
            b.iter(|| lines.iter().filter(|line| query.is_in(line)).count());
        });
    }
    group.finish();
}

criterion_group!(benches, a_line, a_million_lines);
criterion_main!(benches);
