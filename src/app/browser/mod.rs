//! Somebody's files, looked through: the folder that is shown, where one is in it, and the file that is read.

mod page;

use std::collections::BTreeMap;

use jiff::Timestamp;
use tui_input::Input;

use super::filter::narrow;
use crate::domain::file::parent;
use crate::domain::{
    ActionName, ByteSize, Failure, FileEntry, FileOrder, FilePlace, FilesOf, Folder, HostId,
    Opened, Target,
};

pub use page::{Page, PageBody};

/// What the dashboard wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesEffect {
    /// Open what is at a place; it ends what was asked before.
    Open {
        /// The number of the question.
        question: u64,
        /// Where.
        place: FilePlace,
    },
    /// Ask no more.
    Stop,
    /// Look whether there is a file on this machine that something would take the place of.
    LookHere {
        /// As it was typed.
        typed: String,
        /// The name that it gets in a folder.
        name: String,
    },
}

/// What is answered.
#[derive(Debug)]
pub enum FilesMsg {
    /// So much was read for the question so far.
    Passed(u64, ByteSize),
    /// What is there.
    Opened(u64, Result<Opened, Failure>),
    /// Whether there is something on this machine where this was typed.
    Here {
        /// As it was typed.
        typed: String,
        /// Whether there is.
        exists: bool,
    },
}

/// What is being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The number of the question.
    pub question: u64,
    /// What is opened.
    pub path: String,
    /// How much the engine had to send for it so far.
    pub passed: ByteSize,
}

/// The question where something is copied to, or from.
#[derive(Debug, Clone)]
pub struct CopyFileView {
    /// Out, or in.
    pub action: ActionName,
    /// The host.
    pub host: HostId,
    /// What is copied out, or the folder that something is copied into.
    pub place: FilePlace,
    /// What the job is aimed at.
    pub target: Target,
    /// A path of this machine.
    pub input: Input,
    /// Whether there is something already, which would be written over.
    pub exists: bool,
}

/// Somebody's files, looked through.
#[derive(Debug)]
pub struct Browser {
    /// The host.
    pub host: HostId,
    /// Whose files.
    pub of: FilesOf,
    /// What a job on them is aimed at.
    pub target: Target,
    /// Whose, for people.
    pub title: String,
    /// The folder that is shown.
    pub path: String,
    /// What is in it, in order; none before the first answer.
    pub entries: Option<Vec<FileEntry>>,
    /// Which of them are left, by their places.
    pub rows: Vec<usize>,
    /// The row of the cursor.
    pub cursor: usize,
    /// The first row on screen.
    pub offset: usize,
    /// The filter being typed; none when it is not.
    pub input: Option<Input>,
    /// The filter in force.
    pub filter: String,
    /// What the files are sorted by.
    pub order: FileOrder,
    /// How many files of the folder are not listed.
    pub more: u64,
    /// Why the listing may lack some.
    pub unfinished: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
    /// What is being asked.
    pub opening: Option<Opening>,
    /// Why the last question was not answered.
    pub failure: Option<Failure>,
    /// The file that is read.
    pub page: Option<Page>,
    /// Folders that came along with one above them, and when.
    seen: BTreeMap<String, (Folder, Timestamp)>,
    /// The name under the cursor of folders that were left.
    stood: BTreeMap<String, String>,
    /// The number of the last question.
    question: u64,
}

impl Browser {
    /// So many files of folders that came along are kept.
    const MOST_SEEN: usize = 100_000;

    /// One that has asked nothing yet.
    pub fn new(host: HostId, of: FilesOf, target: Target, title: String, now: Timestamp) -> Self {
        Self {
            host,
            of,
            target,
            title,
            path: "/".to_owned(),
            entries: None,
            rows: Vec::new(),
            cursor: 0,
            offset: 0,
            input: None,
            filter: String::new(),
            order: FileOrder::default(),
            more: 0,
            unfinished: None,
            read_at: now,
            opening: None,
            failure: None,
            page: None,
            seen: BTreeMap::new(),
            stood: BTreeMap::new(),
            question: 0,
        }
    }

    /// A path among these files.
    pub fn place(&self, path: String) -> FilePlace {
        FilePlace {
            of: self.of.clone(),
            path,
        }
    }

    /// The file that the cursor is on.
    pub fn selected(&self) -> Option<&FileEntry> {
        self.entry(self.cursor)
    }

    /// The file of a row.
    pub fn entry(&self, row: usize) -> Option<&FileEntry> {
        self.entries.as_ref()?.get(*self.rows.get(row)?)
    }

    /// Moves the cursor by so many rows, stopping at the ends.
    pub fn step(&mut self, by: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.cursor = self.cursor.min(last).saturating_add_signed(by).min(last);
    }

    /// Narrows the list to what matches, the cursor on its file where that is left.
    pub fn narrow(&mut self, filter: &str) {
        let name = self.selected().map(|entry| entry.name.clone());
        filter.clone_into(&mut self.filter);
        let entries = self.entries.as_deref().unwrap_or_default();
        let all: Vec<usize> = (0..entries.len()).collect();
        self.rows = narrow(all, filter, |at| {
            entries
                .get(*at)
                .map(|entry| entry.name.clone())
                .unwrap_or_default()
        });
        self.stand_on(name.as_deref());
    }

    /// Sorts by what comes next.
    pub fn sort(&mut self, order: FileOrder) {
        let name = self.selected().map(|entry| entry.name.clone());
        self.order = order;
        if let Some(entries) = &mut self.entries {
            entries.sort_by(|a, b| order.compare(a, b));
        }
        let filter = std::mem::take(&mut self.filter);
        self.narrow(&filter);
        self.stand_on(name.as_deref());
    }

    fn stand_on(&mut self, name: Option<&str>) {
        let entries = self.entries.as_deref().unwrap_or_default();
        let is_it = |at: &usize| entries.get(*at).map(|entry| &*entry.name) == name;
        self.cursor = name
            .and_then(|_| self.rows.iter().position(is_it))
            .unwrap_or(0);
    }

    /// Begins a question; what has to be asked, unless it is known already.
    pub fn open(&mut self, path: String, anew: bool) -> Option<FilesEffect> {
        self.failure = None;
        if let Some((folder, at)) = self.seen.get(&path).filter(|_| !anew) {
            let (folder, at) = (folder.clone(), *at);
            let stops = self.opening.take().is_some();
            self.show(path, folder, at);
            return stops.then_some(FilesEffect::Stop);
        }
        self.question += 1;
        let question = self.question;
        self.opening = Some(Opening {
            question,
            path: path.clone(),
            passed: ByteSize::default(),
        });
        let place = self.place(path);
        Some(FilesEffect::Open { question, place })
    }

    /// Takes in the answer, if it is waited for still. Says what cannot be shown.
    pub fn answer(
        &mut self,
        question: u64,
        answer: Result<Opened, Failure>,
        now: Timestamp,
    ) -> Option<&'static str> {
        if self.opening.as_ref().map(|asked| asked.question) != Some(question) {
            return None;
        }
        self.opening = None;
        match answer {
            Ok(Opened::Folder {
                path,
                folder,
                below,
            }) => {
                let of = |folder: &Folder| folder.entries.len();
                let kept: usize = self.seen.values().map(|(folder, _)| of(folder)).sum();
                if kept + below.values().map(of).sum::<usize>() > Self::MOST_SEEN {
                    self.seen.clear();
                }
                if !below.is_empty() {
                    self.seen.insert(path.clone(), (folder.clone(), now));
                }
                let below = below.into_iter();
                self.seen
                    .extend(below.map(|(path, folder)| (path, (folder, now))));
                self.show(path, folder, now);
            }
            Ok(Opened::File {
                path,
                content,
                size,
            }) => self.page = Some(Page::new(path, content, size)),
            Ok(Opened::Other { word, .. }) => return Some(word),
            Err(failure) => self.failure = Some(failure),
        }
        None
    }

    fn show(&mut self, path: String, folder: Folder, at: Timestamp) {
        let name = self.selected().map(|entry| entry.name.clone());
        if path != self.path {
            if let Some(name) = name.clone() {
                self.stood.insert(self.path.clone(), name);
            }
            self.filter.clear();
            self.input = None;
        }
        // From below, one stands on the folder that one was in.
        let came_from = (parent(&self.path) == path && path != self.path)
            .then(|| crate::domain::file::last_part(&self.path).to_owned());
        let same = (path == self.path).then_some(name).flatten();
        let name = same
            .or(came_from)
            .or_else(|| self.stood.get(&path).cloned());
        self.path = path;
        self.page = None;
        self.more = folder.more;
        self.unfinished = folder.unfinished;
        self.read_at = at;
        self.entries = Some(folder.entries);
        self.cursor = 0;
        self.offset = 0;
        self.sort(self.order);
        self.stand_on(name.as_deref());
    }
}
