//! How these tests open the demo, and see that it leaves nothing behind.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::fixtures::home::Home;
use crate::fixtures::terminal::{PATIENCE, Terminal, keys};

/// A demo in a terminal, with a home and a temporary folder of its own.
pub struct Demo {
    pub terminal: Terminal,
    home: Home,
    temporary: TempDir,
}

impl Demo {
    #[track_caller]
    pub fn open(arguments: &[&str]) -> Self {
        let (home, temporary) = (Home::new(), TempDir::with_prefix("td-").unwrap());
        let mut environment = home.environment();
        let folder = temporary.path().display().to_string();
        environment.push(("TMPDIR".to_owned(), folder));
        environment.push(("DOCKER_HOST".to_owned(), "unix:///nonexistent".to_owned()));
        let editor = "sed -i s/8384:8384/8385:8384/".to_owned();
        environment.push(("EDITOR".to_owned(), editor));
        let mut words = vec!["demo"];
        words.extend(arguments);
        let terminal = Terminal::spawn(&words, &environment, 40, 140);
        terminal.wait_text("hitch");
        Self {
            terminal,
            home,
            temporary,
        }
    }

    /// Narrows the list to one service and selects it.
    #[track_caller]
    pub fn select(&self, service: &str) {
        self.terminal.press("/");
        self.terminal.send(service);
        self.terminal.wait_text(service);
        self.terminal.send(keys::ENTER);
        self.terminal.wait_for("it alone", PATIENCE, |screen| {
            screen.contains("services 1 of")
        });
        self.terminal.send("j");
        let title = format!("/{service}");
        self.terminal.wait_text(&title);
    }

    /// The name of the temporary folder.
    pub fn temporary(&self) -> String {
        let name = self.temporary.path().file_name().unwrap();
        name.to_string_lossy().into_owned()
    }

    /// What is in the temporary folder.
    pub fn left(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.temporary.path()).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Quits, and holds the program to leaving nothing behind.
    #[track_caller]
    pub fn quit(self) {
        assert_eq!(self.left().len(), 1, "its folder, while it runs");
        self.terminal.send("q");
        let exit = self.terminal.wait_exit(PATIENCE);
        assert!(exit.success(), "q ended with {exit:?}");
        self.terminal.assert_restored();
        assert_eq!(self.left(), [] as [PathBuf; 0]);
        // What is the user's was not touched: no records, no locks.
        let state = std::fs::read_dir(self.home.state()).unwrap().count();
        assert_eq!(state, 0);
    }
}
