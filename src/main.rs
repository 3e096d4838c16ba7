//! Parses the command line and calls the library; nothing else.

use std::process::ExitCode;

use clap::Parser;

fn main() -> color_eyre::Result<ExitCode> {
    color_eyre::install()?;
    topside::cli::main(&topside::cli::Arguments::parse())
}
