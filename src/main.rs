//! Parses the command line and calls the library; nothing else.

use std::process::ExitCode;

fn main() -> color_eyre::Result<ExitCode> {
    color_eyre::install()?;
    match topside::cli::parse() {
        Ok(arguments) => topside::cli::main(&arguments),
        Err(code) => Ok(code),
    }
}
