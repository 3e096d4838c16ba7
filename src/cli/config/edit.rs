//! The config in the user's editor: a copy, checked before it takes the file's place.

use super::{
    Answer, Config, DEFAULT_FILE, Exit, ExitCode, Failure, Mistake, Path, PathBuf, Source, ask,
    failed, fs, io, print,
};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use crate::config::text_of;
use crate::runtime::editor;

/// Has it edited until nothing is wrong with it, or the user leaves it as it was.
pub(super) fn edit(source: &Source, file: &Path) -> Result<ExitCode, Failure> {
    let editor = editor("edit the config")?;
    // A link (dotfiles are often kept elsewhere) stays one: what it leads to is written.
    let place = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let before = match fs::read_to_string(&place) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read", &place)(error)),
    };
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(failed("make", folder))?;
    }
    let copy = Copy::new(&place, before.as_deref().unwrap_or(DEFAULT_FILE))?;
    loop {
        open(&editor, &copy.0)?;
        let bytes = fs::read(&copy.0).map_err(failed("read", &copy.0))?;
        if before.as_ref().is_some_and(|text| text.as_bytes() == bytes) {
            return Ok(print::out("nothing was changed\n"));
        }
        let text = text_of(bytes, file);
        let Err(mistake) = text.and_then(|text| checked(&text, source, file)) else {
            if fs::read_to_string(&place).ok() != before {
                let kept = copy.keep();
                let why = format!("it was changed meanwhile; yours is {}", kept.display());
                let what = format!("change {}", file.display());
                return Err(Failure::new(what, why).hint("put the two together, and remove yours"));
            }
            copy.take_the_place_of(&place)?;
            let said = format!(
                "{} is changed; open dashboards take it over\n",
                file.display()
            );
            return Ok(print::out(&said));
        };
        print::failure(&mistake.failure());
        if ask("edit it again? What was written is lost otherwise") != Answer::Yes {
            print::out("the config is as it was\n");
            return Ok(Exit::Cancelled.into());
        }
    }
}

/// What is wrong with a text, as if it were the file's.
fn checked(text: &str, source: &Source, file: &Path) -> Result<(), Mistake> {
    let (config, _) = Config::parse(text, file)?;
    config.check_themes_of(text, file, source.themes.as_deref())
}

/// Opens the editor, which may be a command line.
fn open(editor: &str, file: &Path) -> Result<(), Failure> {
    let what = format!("run {editor}");
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("{editor} \"$@\""), editor])
        .arg(file)
        .status();
    let status = status.map_err(|error| Failure::new(&what, error.to_string()))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(what, format!("it ended with {status}")).hint("the config is as it was"))
}

/// The copy that is edited, beside the file so that it can take its place; gone when it did not.
struct Copy(PathBuf);

impl Copy {
    fn new(place: &Path, text: &str) -> Result<Self, Failure> {
        // With its ending last: editors go by that.
        let copy = place.with_extension(format!("{}.toml", std::process::id()));
        // Whatever the file's mode: nobody looks in before the copy has it, too.
        let made = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&copy);
        let mut made = made.map_err(failed("write", &copy))?;
        let copy = Self(copy);
        let written = made.write_all(text.as_bytes());
        written.map_err(failed("write", &copy.0))?;
        if let Ok(about) = fs::metadata(place) {
            let kept = fs::set_permissions(&copy.0, about.permissions());
            kept.map_err(failed("write", &copy.0))?;
        }
        Ok(copy)
    }

    /// Leaves it where it is.
    fn keep(mut self) -> PathBuf {
        std::mem::take(&mut self.0)
    }

    fn take_the_place_of(&self, place: &Path) -> Result<(), Failure> {
        fs::rename(&self.0, place).map_err(failed("write", place))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // It is gone where it took the file's place.
        if !self.0.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.0);
        }
    }
}
