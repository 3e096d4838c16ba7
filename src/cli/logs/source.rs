//! Whose lines they are, and what stands before them.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use crate::domain::text::visible;
use crate::domain::{Container, ContainerId, HostId, ServiceId};

/// A name is not given more columns than this.
const WIDEST: usize = 32;
/// The colours of names, of the terminal's sixteen: none that means an error, none that is hard to read.
const COLOURS: [u8; 6] = [36, 33, 32, 35, 34, 96];

/// A container whose log is told.
pub(super) struct Source {
    pub(super) id: ContainerId,
    pub(super) host: HostId,
    pub(super) service: ServiceId,
    pub(super) container: Arc<str>,
    /// Its name as it is shown.
    pub(super) label: String,
    /// What stands before its lines: its name in its colour, and a bar. Empty for the only one.
    pub(super) prefix: String,
    /// The line before, and whether it was shown: a stack trace goes with the line that it follows.
    pub(super) previous: String,
    pub(super) shown: bool,
}

/// How containers are called, so that each name says which is meant and all are equally wide.
pub(super) struct Labels {
    /// How many containers each service has.
    services: BTreeMap<ServiceId, usize>,
    many_projects: bool,
    has_prefix: bool,
    is_coloured: bool,
    width: usize,
}

impl Labels {
    /// Names for these, and those that come later. `many` says that others will.
    pub(super) fn of(chosen: &[&Container], many: bool, is_coloured: bool) -> Self {
        let mut services: BTreeMap<ServiceId, usize> = BTreeMap::new();
        for container in chosen {
            *services.entry(container.service_id()).or_default() += 1;
        }
        let mut projects = services.keys().map(|id| &id.project);
        let first = projects.next();
        let mut labels = Self {
            many_projects: projects.any(|project| Some(project) != first),
            has_prefix: many || chosen.len() > 1,
            is_coloured,
            width: 0,
            services,
        };
        let widths = chosen.iter().map(|one| labels.label(one).width());
        labels.width = widths.max().unwrap_or(0).min(WIDEST);
        labels
    }

    /// A container as a source of lines.
    pub(super) fn source(&self, container: &Container) -> Source {
        let label = self.label(container);
        Source {
            id: container.id.clone(),
            host: container.host.clone(),
            service: container.service_id(),
            container: Arc::clone(&container.name),
            prefix: if self.has_prefix {
                self.prefix(container, &label)
            } else {
                String::new()
            },
            label,
            previous: String::new(),
            shown: false,
        }
    }

    /// The service's name, with its project's where there are several, and its number where it has several containers.
    fn label(&self, container: &Container) -> String {
        let id = container.service_id();
        let is_scaled = self.services.get(&id).is_some_and(|count| *count > 1);
        let name = match (&container.compose, is_scaled) {
            (Some(compose), true) if !compose.one_off => format!("{}-{}", id.name, compose.number),
            _ => id.name.to_string(),
        };
        let name = match &id.project {
            Some(project) if self.many_projects => format!("{project}/{name}"),
            _ => name,
        };
        visible(&name).into_owned()
    }

    fn prefix(&self, container: &Container, label: &str) -> String {
        let padding = " ".repeat(self.width.saturating_sub(label.width()));
        if !self.is_coloured {
            return format!("{label}{padding} | ");
        }
        let id = container.service_id();
        let number = self.services.keys().position(|known| *known == id);
        let colour = COLOURS[number.unwrap_or(self.services.len()) % COLOURS.len()];
        format!("\x1b[{colour}m{label}{padding} |\x1b[m ")
    }
}
