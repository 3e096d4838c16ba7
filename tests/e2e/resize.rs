//! Any size, at any time.

use crate::dashboard::{WEB, open, quit, select};
use crate::fixtures::home::Home;
use crate::fixtures::project::Project;

#[test]
fn down_to_one_cell_and_back() {
    let project = Project::up("resize", WEB);
    let home = Home::new();
    let terminal = open(&home);
    select(&terminal, &project);
    for (rows, cols) in [(24, 80), (12, 40), (3, 200), (60, 10), (2, 2), (1, 1)] {
        terminal.resize(rows, cols);
        terminal.send("jk??");
    }
    terminal.resize(40, 140);
    terminal.wait_text(&project.name);
    quit(&terminal);
}
