//! Colours and attributes survive.

use crate::logs::{Color, Run, Style, sanitize};

fn plain() -> Style {
    Style::default()
}

/// The style that a text after these parameters has.
fn style(parameters: &str) -> Style {
    let (text, runs) = sanitize(format!("\x1b[{parameters}mx").as_bytes());
    assert_eq!(text, "x");
    runs.last().map_or(plain(), |run| run.style)
}

fn fg(fg: Color) -> Style {
    Style { fg, ..plain() }
}

#[test]
fn colors_of_all_depths() {
    for (parameters, color) in [
        ("31", Color::Indexed(1)),
        ("97", Color::Indexed(15)),
        ("38;5;208", Color::Indexed(208)),
        ("38;2;1;2;3", Color::Rgb(1, 2, 3)),
        ("38:5:208", Color::Indexed(208)),
        ("38:2:1:2:3", Color::Rgb(1, 2, 3)),
        ("38:2::1:2:3", Color::Rgb(1, 2, 3)),
        ("38:2:0:1:2:3", Color::Rgb(1, 2, 3)),
        ("38:2::1:2:3:0:1", Color::Rgb(1, 2, 3)),
        ("31;39", Color::Default),
        ("38;5;300", Color::Default),
        ("38;2;1;2;300", Color::Default),
        ("38;5", Color::Indexed(0)),
        ("58;5;31", Color::Default),
        ("58:2::31:31:31", Color::Default),
        ("99999999999999999999", Color::Default),
    ] {
        assert_eq!(style(parameters), fg(color), "{parameters}");
    }
    for (parameters, bg) in [
        ("41", Color::Indexed(1)),
        ("107", Color::Indexed(15)),
        ("48;2;9;8;7", Color::Rgb(9, 8, 7)),
        ("48:5:1", Color::Indexed(1)),
        ("41;49", Color::Default),
    ] {
        assert_eq!(style(parameters), Style { bg, ..plain() }, "{parameters}");
    }
}

#[test]
fn attributes_and_their_resets() {
    let all = Style {
        bold: true,
        dim: true,
        italic: true,
        underline: true,
        reverse: true,
        ..plain()
    };
    assert_eq!(style("1;2;3;4;7"), all);
    assert_eq!(style("1;2;3;4:3;7"), all);
    assert_eq!(style("1;2;3;21;7"), all);
    assert_eq!(
        style("1;2;3;4;7;22"),
        Style {
            bold: false,
            dim: false,
            ..all
        }
    );
    assert_eq!(
        style("1;2;3;4;7;23;27"),
        Style {
            italic: false,
            reverse: false,
            ..all
        }
    );
    assert_eq!(
        style("1;2;3;4;7;24"),
        Style {
            underline: false,
            ..all
        }
    );
    assert_eq!(
        style("1;2;3;4;7;4:0"),
        Style {
            underline: false,
            ..all
        }
    );
    for reset in ["1;31;0", "1;31;"] {
        assert_eq!(style(reset), plain(), "{reset:?}");
    }
    assert_eq!(
        style("31;5;8;1"),
        Style {
            bold: true,
            ..fg(Color::Indexed(1))
        },
        "blinking and hidden are not taken"
    );
}

#[test]
fn runs_begin_where_a_style_changes() {
    let red = fg(Color::Indexed(1));
    assert_eq!(
        sanitize("a\x1b[31mé\x1b[31mb\x1b[0m\x1b[1m\x1b[0mc\x1b[1m".as_bytes()),
        (
            "aébc".to_owned(),
            vec![
                Run {
                    start: 1,
                    style: red
                },
                Run {
                    start: 4,
                    style: plain()
                }
            ]
        )
    );
    assert_eq!(sanitize(b"\x1b[0mab"), ("ab".to_owned(), vec![]));
}

#[test]
fn runs_follow_what_is_written_over() {
    let red = fg(Color::Indexed(1));
    let run = |start, style| Run { start, style };
    assert_eq!(
        sanitize(b"\x1b[31mold\rnew"),
        ("new".to_owned(), vec![run(0, red)])
    );
    assert_eq!(
        sanitize(b"\x1b[31mold\x1b[0m\rnew"),
        ("new".to_owned(), vec![])
    );
    assert_eq!(
        sanitize(b"a\x1b[31mb\x1b[0m\x08c"),
        ("ac".to_owned(), vec![])
    );
    assert_eq!(
        sanitize(b"\x1b[31mab\x1b[0mc\x08\x08d"),
        ("ad".to_owned(), vec![run(0, red), run(1, plain())])
    );
}
