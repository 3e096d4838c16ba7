//! The slots of a theme, listed once: the struct, the file's schema and their merging are made from this list.

use ratatui::style::Style;
use serde::Deserialize;
use toml::Spanned;

use super::look::Look;

macro_rules! slots {
    ($($(#[$doc:meta])* $slot:ident,)*) => {
        /// What each kind of text looks like. Code names a slot, never a colour.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Slots {
            $($(#[$doc])* pub $slot: Style,)*
            /// The colours of containers in a log; never empty in a loaded theme.
            pub log_sources: Vec<Style>,
        }

        impl Slots {
            /// Each slot by its name.
            #[cfg(test)]
            pub(super) fn named(&self) -> Vec<(&'static str, Style)> {
                let slots = vec![$((name_of(stringify!($slot)), self.$slot)),*];
                let sources = self.log_sources.iter().map(|style| ("log_sources", *style));
                slots.into_iter().chain(sources).collect()
            }

            /// Changes every style.
            pub(super) fn each(&mut self, change: impl Fn(&mut Style)) {
                $(change(&mut self.$slot);)*
                self.log_sources.iter_mut().for_each(change);
            }
        }

        /// The slots as a theme's file sets them.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Looks {
            $($slot: Option<Spanned<Look>>,)*
            log_sources: Option<Vec<Spanned<Look>>>,
        }

        impl Looks {
            /// Takes from a parent what is not set here.
            pub(super) fn inherit(&mut self, parent: Self) {
                $(self.$slot = self.$slot.take().or(parent.$slot);)*
                self.log_sources = self.log_sources.take().or(parent.log_sources);
            }

            /// The styles; `style` resolves one look, or fails with the slot's name.
            pub(super) fn resolve<E>(
                &self,
                style: impl Fn(&'static str, &Look) -> Result<Style, E>,
            ) -> Result<Slots, E> {
                let mut slots = Slots::default();
                $(if let Some(look) = &self.$slot {
                    slots.$slot = style(name_of(stringify!($slot)), look.get_ref())?;
                })*
                for look in self.log_sources.iter().flatten() {
                    slots.log_sources.push(style("log_sources", look.get_ref())?);
                }
                if slots.log_sources.is_empty() {
                    slots.log_sources.push(slots.text);
                }
                Ok(slots)
            }

            /// The first answer that there is about one of the looks: its slot, the look, the byte where it stands.
            pub(super) fn each_look<T>(
                &self,
                ask: impl Fn(&'static str, &Look, usize) -> Option<T>,
            ) -> Option<T> {
                let ask = |slot, look: &Spanned<Look>| ask(slot, look.get_ref(), look.span().start);
                $(if let Some(answer) = self.$slot.as_ref().and_then(|look| ask(name_of(stringify!($slot)), look)) {
                    return Some(answer);
                })*
                let mut sources = self.log_sources.iter().flatten();
                sources.find_map(|look| ask("log_sources", look))
            }

            /// The names of the slots that are not set.
            #[cfg(test)]
            pub(super) fn missing(&self) -> Vec<&'static str> {
                let mut missing = Vec::new();
                $(if self.$slot.is_none() {
                    missing.push(stringify!($slot));
                })*
                if self.log_sources.is_none() {
                    missing.push("log_sources");
                }
                missing
            }
        }
    };
}

/// The name of a slot as files have it: `match` is a word of Rust.
fn name_of(slot: &'static str) -> &'static str {
    slot.trim_start_matches("r#")
}

slots! {
    /// The screen itself, where nothing else is: only its `bg` counts.
    background,
    /// Plain text.
    text,
    /// What is there but seldom read: units, labels, ids.
    muted,
    /// Headings within a pane.
    heading,
    /// The name of the program.
    brand,
    /// What draws the eye without being good or bad.
    accent,
    /// Frames of panes.
    border,
    /// The frame of the pane that has the focus.
    border_focused,
    /// Titles of panes.
    title,
    /// Tabs.
    tab,
    /// The open tab.
    tab_active,
    /// The row under the cursor.
    selection,
    /// The same in the pane that has not the focus.
    selection_inactive,
    /// The headings of columns.
    header,
    /// Projects.
    project,
    /// Keys in footer, help and hints.
    key,
    /// All is well.
    ok,
    /// Worth a look.
    warning,
    /// Broken.
    critical,
    /// Under way, or neutral news.
    info,
    /// Shown, but perhaps no longer so.
    stale,
    /// The full part of a bar.
    bar_full,
    /// The empty part of a bar.
    bar_empty,
    /// CPU over time.
    chart_cpu,
    /// Memory over time.
    chart_memory,
    /// Network over time.
    chart_network,
    /// Disks over time.
    chart_disk,
    /// What a search found.
    r#match,
    /// The match one is at.
    match_current,
    /// A hidden value.
    secret,
    /// Times of log lines.
    time,
    /// Our own lines in a log.
    border_line,
    /// Names of JSON members and of variables.
    member,
    /// JSON strings.
    string,
    /// JSON numbers.
    number,
    /// `true`, `false` and `null`.
    literal,
    /// Short messages.
    toast,
    /// What lies over the view.
    overlay,
    /// What is being typed.
    input,
}
