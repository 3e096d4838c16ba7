//! A demo in a terminal, and pictures of it.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};
use crate::gallery;
use crate::svg::{DARK, LIGHT, svg};

/// Columns and rows.
pub type Size = (u16, u16);

/// When the demo's clock stands still.
const AT: &str = "2026-11-22T12:00:00Z";
/// For how long nothing is drawn before a picture is taken.
const STILL: Duration = Duration::from_millis(700);

pub struct Scene {
    terminal: Terminal,
    /// Held: what the program looks for is there as long as it runs.
    _home: Home,
    temporary: TempDir,
    theme: String,
    /// What is not as it was kept.
    drifted: Vec<String>,
}

impl Scene {
    /// Opens the demo.
    #[track_caller]
    pub fn open((columns, rows): Size) -> Self {
        let home = Home::new();
        // Wherever others are made: the path is seen.
        let temporary = TempDir::with_prefix_in("td-", "/tmp").unwrap();
        let mut environment = home.environment();
        let folder = temporary.path().display().to_string();
        environment.push(("TMPDIR".to_owned(), folder));
        environment.push(("COLORTERM".to_owned(), "truecolor".to_owned()));
        let terminal = Terminal::spawn(&["demo", "--at", AT], &environment, rows, columns);
        terminal.wait_text("hitch");
        // What is known of updates goes by the images, which are asked for when they are looked at: the clock stands.
        terminal.send("4");
        terminal.wait_text("varnish:7.6");
        terminal.send("1");
        terminal.wait_text("⇡");
        Self {
            terminal,
            _home: home,
            temporary,
            theme: String::new(),
            drifted: Vec::new(),
        }
    }

    /// Presses a key, and waits for what it leads to.
    #[track_caller]
    pub fn press(&self, key: &str, shown: &str) {
        self.terminal.send(key);
        self.terminal.wait_text(shown);
    }

    /// Goes back with Esc.
    #[track_caller]
    pub fn leave(&self, shown: &str) {
        self.still();
        self.terminal.leave(shown);
    }

    /// Gives the terminal another size.
    #[track_caller]
    pub fn resize(&self, (columns, rows): Size) {
        self.terminal.resize(rows, columns);
    }

    /// Narrows the list to one service and selects it.
    #[track_caller]
    pub fn narrow(&self, service: &str) {
        self.terminal.press("/");
        self.terminal.send(service);
        self.terminal.send(keys::ENTER);
        self.terminal.wait_text("services 1 of");
        self.terminal.send("j");
        self.terminal.wait_text(&format!("/{service}"));
    }

    /// Takes a theme.
    #[track_caller]
    pub fn theme(&mut self, name: &str) {
        self.terminal.send(",");
        self.terminal.wait_text("themes ─");
        self.terminal.send(name);
        self.terminal.send(keys::ENTER);
        let gone = |screen: &str| !screen.contains("themes ─");
        self.terminal.wait_for("the theme", PATIENCE, gone);
        name.clone_into(&mut self.theme);
    }

    /// Draws the picture, or holds the one that is kept to what is shown.
    #[track_caller]
    pub fn take(&mut self, name: &str) {
        self.still();
        let canvas = if self.theme == "light" { LIGHT } else { DARK };
        let drawn = self.terminal.look(|screen| svg(screen, canvas));
        // The demo's folder lies in one of the test's own, whose name is by chance.
        let folder = self.temporary.path().file_name().unwrap().to_string_lossy();
        let drawn = drawn.replace(&*folder, "demo-home");
        let path = gallery::folder().join(format!("{name}.svg"));
        if gallery::updates() {
            fs::create_dir_all(gallery::folder()).unwrap();
            fs::write(&path, &drawn).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != drawn {
            self.drifted.push(name.to_owned());
        }
    }

    /// Leaves the demo; fails where a picture is not what was shown.
    #[track_caller]
    pub fn end(self) {
        self.terminal.send("q");
        assert!(self.terminal.wait_exit(PATIENCE).success());
        assert!(
            self.drifted.is_empty(),
            "{:?} in screenshots/ are not what is drawn; draw them anew with TOPSIDE_UPDATE_SCREENSHOTS=1",
            self.drifted
        );
    }

    #[track_caller]
    fn still(&self) {
        assert!(
            self.terminal.wait_quiet(STILL, PATIENCE),
            "it never is still"
        );
    }
}
