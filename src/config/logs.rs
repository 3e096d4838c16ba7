//! Which lines of logs raise a finding.

use std::path::Path;
use std::sync::Arc;

use crate::logs::Query;
use crate::logs::watch::{DEFAULTS, Pattern, Watch, defaults};

use super::Logs;
use crate::domain::Mistake;

impl Logs {
    /// Whether every expression is one.
    pub(super) fn check_findings(&self, text: &str, path: &Path) -> Result<(), Mistake> {
        for (name, regex) in &self.findings {
            if regex.get_ref().is_empty() {
                let known = DEFAULTS.map(|(name, _)| name);
                if !known.contains(&name.get_ref().as_str()) {
                    let message = format!("nothing built in is called `{}`", name.get_ref());
                    return Err(Mistake::at(path, text, name.span().start, message)
                        .closest(name.get_ref(), &known));
                }
            } else if let Err(error) = Query::regex(regex.get_ref()) {
                let at = regex.span().start;
                return Err(Mistake::at(path, text, at, error.to_string()));
            }
        }
        match (self.findings.iter().next(), Watch::new(&self.patterns())) {
            (Some((name, _)), Err(error)) => {
                let at = name.span().start;
                Err(Mistake::at(path, text, at, error.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// What is looked for; none is what is built in.
    pub(super) fn watch(&self) -> Option<Arc<Watch>> {
        if self.findings.is_empty() {
            return None;
        }
        Watch::new(&self.patterns()).ok().map(Arc::new)
    }

    fn patterns(&self) -> Vec<Pattern> {
        let is_replaced = |pattern: &Pattern| {
            let mut names = self.findings.keys();
            names.any(|name| *name.get_ref() == pattern.name)
        };
        let built_in = defaults().into_iter().filter(|one| !is_replaced(one));
        let theirs = self
            .findings
            .iter()
            .filter(|(_, regex)| !regex.get_ref().is_empty());
        let theirs = theirs.map(|(name, regex)| Pattern::new(name.get_ref(), regex.get_ref()));
        built_in.chain(theirs).collect()
    }
}
