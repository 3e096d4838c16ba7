//! What Compose is called with.

/// A call, taken apart.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) project: String,
    pub(crate) folder: String,
    pub(crate) files: Vec<String>,
    pub(crate) json: bool,
    pub(crate) verb: String,
    /// `--force-recreate`, `--no-deps` …: those of the verb, as they were given.
    pub(crate) options: Vec<String>,
    pub(crate) services: Vec<String>,
}

impl Call {
    /// Reads the arguments; why not, in words for people.
    pub(crate) fn read(arguments: &[String], folder: &str) -> Result<Self, String> {
        let mut call = Self::default();
        let mut words = arguments.iter().peekable();
        while let Some(word) = words.peek() {
            if !word.starts_with('-') {
                break;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => ((*word).clone(), None),
            };
            words.next();
            let mut value = || {
                value
                    .clone()
                    .or_else(|| words.next().cloned())
                    .unwrap_or_default()
            };
            match name.as_str() {
                "--project-name" | "-p" => call.project = value(),
                "--project-directory" => call.folder = value(),
                "--file" | "-f" => call.files.push(value()),
                "--progress" => call.json = value() == "json",
                "--ansi" | "--profile" | "--env-file" => drop(value()),
                "--no-ansi" => {}
                other => return Err(format!("unknown flag: {other}")),
            }
        }
        call.verb = words.next().cloned().unwrap_or_default();
        let mut only_names = false;
        for word in words {
            if word == "--" && !only_names {
                only_names = true;
            } else if word.starts_with('-') && !only_names {
                call.options.push(word.clone());
            } else {
                call.services.push(word.clone());
                // What is after the service of a `run` is its container's.
                only_names |= call.verb == "run";
            }
        }
        if call.folder.is_empty() {
            folder.clone_into(&mut call.folder);
        }
        if call.files.is_empty() {
            call.files.push(format!("{}/compose.yaml", call.folder));
        }
        Ok(call)
    }

    /// Whether an option of the verb was given.
    pub(crate) fn has(&self, option: &str) -> bool {
        self.options.iter().any(|known| known == option)
    }

    /// `--scale=SERVICE=N`.
    pub(crate) fn scale(&self, service: &str) -> Option<u32> {
        let prefix = format!("--scale={service}=");
        let mut values = self
            .options
            .iter()
            .filter_map(|option| option.strip_prefix(&prefix));
        values.next()?.parse().ok()
    }

    /// The value of `--NAME=VALUE`.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut options = self.options.iter();
        options.find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_ours_is_read() {
        let words = "--ansi=never --progress=plain --project-name=web --project-directory=/srv/web --file=/srv/web/compose.yaml --profile=* up -d --no-deps --scale=blog=2 -- blog";
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let call = Call::read(&words, "/").unwrap();
        assert_eq!((call.project.as_str(), call.verb.as_str()), ("web", "up"));
        assert_eq!(call.services, ["blog"]);
        assert_eq!((call.scale("blog"), call.has("--no-deps")), (Some(2), true));
        assert!(Call::read(&["--nonsense".to_owned()], "/").is_err());
    }
}
