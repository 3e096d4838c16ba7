//! An answer is heard however it comes; no key is taken for one.

use crossterm::event::KeyEvent;

use super::*;

/// The events that crossterm makes of bytes that come in one piece.
fn events(bytes: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut chars = bytes.chars().peekable();
    while let Some(c) = chars.next() {
        let (code, modifiers) = match (c, chars.peek()) {
            ('\x1b', Some(_)) => {
                let c = chars.next().unwrap_or(' ');
                (KeyCode::Char(c), KeyModifiers::ALT)
            }
            ('\x1b', None) => (KeyCode::Esc, KeyModifiers::NONE),
            ('\x07', _) => (KeyCode::Char('g'), KeyModifiers::CONTROL),
            (c, _) => (KeyCode::Char(c), KeyModifiers::NONE),
        };
        events.push(Event::Key(KeyEvent::new(code, modifiers)));
    }
    events
}

/// What is left for the dashboard of chunks, and the answer.
#[expect(
    clippy::option_option,
    reason = "no answer, or one of which nothing can be read"
)]
fn heard(chunks: &[&str]) -> (Vec<Event>, Option<Option<bool>>) {
    let now = Instant::now();
    let mut listener = Listener::new(now);
    let (mut left, mut answer) = (Vec::new(), None);
    for event in chunks.iter().flat_map(|chunk| events(chunk)) {
        match listener.take(event, now) {
            Heard::Events(events) => left.extend(events),
            Heard::Answer(said) => answer = Some(said),
        }
    }
    left.extend(listener.tick());
    left.extend(listener.tick());
    (left, answer)
}

#[test]
fn answers_of_all_sorts_are_heard_and_leave_nothing() {
    for (answer, light) in [
        ("\x1b]11;rgb:ffff/ffff/ffff\x07", true),
        ("\x1b]11;rgb:fdfd/f6f6/e3e3\x1b\\", true),
        ("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\", false),
        ("\x1b]11;rgb:00/2b/36\x07", false),
        ("\x1b]11;rgba:ffff/ffff/ffff/0000\x07", true),
        ("\x1b]11;#fdf6e3\x07", true),
    ] {
        assert_eq!(
            heard(&[answer]),
            (Vec::new(), Some(Some(light))),
            "{answer:?}"
        );
    }
}

#[test]
fn an_answer_torn_anywhere_is_heard_all_the_same() {
    for answer in [
        "\x1b]11;rgb:ffff/ffff/ffff\x07",
        "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
    ] {
        for at in 1..answer.len() {
            let (left, said) = heard(&[&answer[..at], &answer[at..]]);
            assert_eq!(said, Some(Some(true)), "{at}");
            // An escape on its own was acted upon before more could be known of.
            let most = usize::from(at == 1);
            assert_eq!(left.len(), most, "{at}");
        }
    }
}

#[test]
fn no_key_is_lost_or_turned_round() {
    for typed in [
        "jjk]]g",
        "\x1b]",
        "\x1b]x",
        "\x1b]11",
        "\x1b]11;rgb:zz",
        "\x1b]11;rgb:\x07",
        "\x1b\x1b]1",
        "\x1b]11;rgb:ffff/ffff/ffffq",
        "\x1b]4;1;rgb:ffff/ffff/ffff\x07",
    ] {
        assert_eq!(heard(&[typed]), (events(typed), None), "{typed:?}");
    }
    let endless = format!("\x1b]11;rgb:{}", "f".repeat(1_000));
    assert_eq!(heard(&[&endless]), (events(&endless), None));
}

#[test]
fn what_is_typed_before_and_after_an_answer_stays() {
    let (left, said) = heard(&["j", "\x1b]11;rgb:0000/0000/0000\x07", "k"]);
    assert_eq!((left, said), (events("jk"), Some(Some(false))));
}

#[test]
fn some_terminals_say_it_in_the_environment() {
    for (said, light) in [
        (Some("15;0"), Some(false)),
        (Some("0;15"), Some(true)),
        (Some("0;default;15"), Some(true)),
        (Some("12;8"), Some(false)),
        (Some("0;7"), Some(true)),
        (Some("default;default"), None),
        (Some("15"), None),
        (Some(""), None),
        (None, None),
    ] {
        assert_eq!(known(said), light, "{said:?}");
    }
}

#[test]
fn terminals_that_would_show_the_question_are_not_asked() {
    for (term, in_tmux, may) in [
        ("xterm-256color", false, true),
        ("screen-256color", true, true),
        ("screen", false, false),
        ("linux", false, false),
        ("", false, false),
    ] {
        assert_eq!(may_be_asked(term, in_tmux), may, "{term}");
    }
}

#[test]
fn a_bracket_that_somebody_types_after_esc_is_theirs_at_once() {
    let asked = Instant::now();
    let mut listener = Listener::new(asked);
    let typed = |text: &str| events(text).remove(0);
    listener.take(typed("\x1b"), asked);
    let later = asked + Duration::from_millis(80);
    assert_eq!(
        listener.take(typed("]"), later),
        Heard::Events(vec![typed("]")])
    );
    assert!(!listener.is_over(later));
    assert!(listener.is_over(asked + Duration::from_secs(16)));
}
