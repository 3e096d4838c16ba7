//! `topside man`: the manual, made of the same words as `--help`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, CommandFactory};
use clap_mangen::Man as Page;

use crate::domain::Failure;

use super::{Arguments, Exit, print, refuse};

/// Print the manual as roff, or write a page for each subcommand.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Man {
    /// Write topside.1 and a page for each subcommand into this folder; it is made. Without it, the first page is
    /// printed.
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

const AFTER: &str = "\
Examples:
  topside man | man -l -                          read it
  topside man /usr/local/share/man/man1           install it: man topside, man topside-redeploy

Exit codes:
  0  printed or written
  1  a page could not be written
  2  the command line is wrong";

pub(super) fn run(wanted: &Man) -> color_eyre::Result<ExitCode> {
    let mut command = Arguments::command();
    // Subcommands get the options that work everywhere, and their whole names.
    command.build();
    let Some(folder) = &wanted.folder else {
        let mut page = Vec::new();
        Page::new(command).render(&mut page)?;
        return Ok(print::out(&String::from_utf8(page)?));
    };
    match write(&command, folder) {
        Ok(count) => Ok(print::out(&format!(
            "{count} pages in {}\n",
            crate::domain::text::visible(&folder.to_string_lossy())
        ))),
        Err(error) => {
            let what = format!("write the manual into {}", folder.display());
            let failure = Failure::new(what, error.to_string());
            let failure = failure.hint("name a folder that you may write into");
            Ok(refuse(&failure, Exit::Engine))
        }
    }
}

/// Writes the page of a command and of all below it; how many there are.
fn write(command: &Command, folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let page = Page::new(command.clone());
    let mut text = Vec::new();
    page.render(&mut text)?;
    fs::write(folder.join(page.get_filename()), text)?;
    let mut count = 1;
    for below in command.get_subcommands() {
        if below.get_name() != "help" && !below.is_hide_set() {
            count += write(below, folder)?;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::{Arguments, CommandFactory, write};

    #[test]
    fn each_subcommand_has_a_page_that_names_its_options() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Arguments::command();
        command.build();
        let count = write(&command, folder.path()).unwrap();
        assert!(count > 25, "{count}");
        let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(page("topside.1").contains("topside\\-redeploy"));
        let redeploy = page("topside-redeploy.1");
        assert!(redeploy.contains("\\-\\-plan"), "{redeploy}");
        assert!(redeploy.contains("Exit codes"), "{redeploy}");
    }
}
