//! Programs that list, make and change files.

use super::interpret::{Session, Streams};
use crate::demo::world::tree::{Content, Kind, Node, clean, split};

impl Session {
    pub(super) async fn files(
        &mut self,
        name: &str,
        arguments: &[String],
        streams: &Streams,
    ) -> i64 {
        let (options, paths): (Vec<&str>, Vec<&str>) = arguments
            .iter()
            .map(String::as_str)
            .partition(|word| word.len() > 1 && word.starts_with('-'));
        let done = match (name, paths.as_slice()) {
            ("ls", paths) => return self.list(&options, paths, streams).await,
            ("stat", paths) => return self.describe(arguments, paths, streams).await,
            ("readlink", [path, ..]) => return self.read_link(path, streams).await,
            ("mkdir", paths) => self.each(paths, |session, path| {
                let parents = options.iter().any(|option| option.contains('p'));
                session.make_folder(path, parents)
            }),
            ("touch", paths) => self.each(paths, |session, path| {
                session.write_file(path, Vec::new(), true)
            }),
            ("mkfifo", paths) => self.each(paths, |session, path| session.put(path, Kind::Pipe)),
            ("rm", paths) => {
                let force = options.iter().any(|option| option.contains('f'));
                let folders = options.iter().any(|option| option.contains('r'));
                self.each(paths, |session, path| session.remove(path, folders, force))
            }
            ("ln", [target, path]) => {
                if options.iter().any(|option| option.contains('s')) {
                    self.put(path, Kind::Link((*target).to_owned()))
                } else {
                    self.copy(target, path, false)
                }
            }
            ("cp", [from, to]) => self.copy(from, to, false),
            ("mv", [from, to]) => self.copy(from, to, true),
            ("chmod", [mode, paths @ ..]) => match u32::from_str_radix(mode, 8) {
                Ok(mode) => self.each(paths, |session, path| {
                    session.change(path, |node| node.mode = mode & 0o7777)
                }),
                // `+x` and the like: who runs it does not look at that.
                Err(_) => Ok(()),
            },
            ("chown", [owner, paths @ ..]) => {
                let (user, group) = owner.split_once(':').unwrap_or((owner, "0"));
                let owner = (user.parse().unwrap_or(0), group.parse().unwrap_or(0));
                self.each(paths, |session, path| {
                    session.change(path, |node| node.owner = owner)
                })
            }
            _ => Err("usage: ask help".to_owned()),
        };
        match done {
            Ok(()) => 0,
            Err(why) => {
                streams.err.line(&format!("{name}: {why}")).await;
                1
            }
        }
    }

    fn each(
        &self,
        paths: &[&str],
        act: impl Fn(&Self, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        paths.iter().try_for_each(|path| act(self, path))
    }

    /// What is at a path, the last link as it is.
    fn find(&self, path: &str) -> Result<(String, Node), String> {
        let real = self.absolute(path);
        let found = self.engine.look(|world| {
            let real = world.resolve(&self.container, &real, false).ok()?;
            let node = world.node(&self.container, &real)?;
            Some((real, node))
        });
        found.ok_or_else(|| format!("{path}: No such file or directory"))
    }

    fn put(&self, path: &str, kind: Kind) -> Result<(), String> {
        let real = clean(&self.absolute(path));
        self.engine.look(|world| {
            let node = Node::new(kind, world.now);
            let done = world.put(&self.container, &real, node);
            done.map_err(|refusal| refusal.message)
        })
    }

    fn make_folder(&self, path: &str, parents: bool) -> Result<(), String> {
        if self.find(path).is_ok() {
            return if parents {
                Ok(())
            } else {
                Err(format!("can't create directory '{path}': File exists"))
            };
        }
        let above = clean(&self.absolute(path));
        let (above, _) = split(&above);
        if !above.is_empty() && self.find(above).is_err() {
            if !parents {
                return Err(format!(
                    "can't create directory '{path}': No such file or directory"
                ));
            }
            self.make_folder(above, true)?;
        }
        self.put(path, Kind::Folder)
    }

    fn remove(&self, path: &str, folders: bool, force: bool) -> Result<(), String> {
        match self.find(path) {
            Ok((_, node)) if node.is_folder() && !folders => {
                Err(format!("'{path}' is a directory"))
            }
            Ok((real, _)) => {
                self.engine
                    .look(|world| world.delete(&self.container, &real));
                Ok(())
            }
            Err(_) if force => Ok(()),
            Err(why) => Err(why),
        }
    }

    fn copy(&self, from: &str, to: &str, moves: bool) -> Result<(), String> {
        let (real, node) = self.find(from)?;
        if node.is_folder() {
            return Err(format!("{from}: is a folder; one file at a time here"));
        }
        let mut target = clean(&self.absolute(to));
        if self.find(to).is_ok_and(|(_, node)| node.is_folder()) {
            target = format!("{target}/{}", split(&real).1);
        }
        self.engine.look(|world| {
            let mut node = node.clone();
            if !moves {
                node.modified = world.now;
            }
            let done = world.put(&self.container, &target, node);
            done.map_err(|refusal| refusal.message)?;
            if moves {
                world.delete(&self.container, &real);
            }
            Ok(())
        })
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Node)) -> Result<(), String> {
        let (real, _) = self.find(path)?;
        self.engine.look(|world| {
            world.change(&self.container, &real, change);
        });
        Ok(())
    }

    async fn list(&self, options: &[&str], paths: &[&str], streams: &Streams) -> i64 {
        let has = |letter: char| options.iter().any(|option| option.contains(letter));
        let (long, all) = (has('l'), has('a'));
        let paths = if paths.is_empty() { &["."][..] } else { paths };
        let mut code = 0;
        for path in paths {
            let real = self.absolute(path);
            let found = self.engine.look(|world| {
                let (real, node) = world.look(&self.container, &real).ok()?;
                let inside = if node.is_folder() {
                    world.in_folder(&self.container, &real)
                } else {
                    vec![((*path).to_owned(), node)]
                };
                Some((inside, world.now))
            });
            let Some((inside, now)) = found else {
                streams
                    .err
                    .line(&format!("ls: {path}: No such file or directory"))
                    .await;
                code = 1;
                continue;
            };
            let shown = inside
                .into_iter()
                .filter(|(name, _)| all || !name.starts_with('.'));
            for (name, node) in shown {
                let line = if long { line(&name, &node, now) } else { name };
                streams.out.line(&line).await;
            }
        }
        code
    }

    /// `stat -c FORMAT PATH`, of the letters n, a, u, g, s.
    async fn describe(&self, arguments: &[String], paths: &[&str], streams: &Streams) -> i64 {
        let format = arguments.iter().position(|word| word == "-c");
        let format = format.and_then(|at| arguments.get(at + 1)).cloned();
        for path in paths
            .iter()
            .filter(|path| Some(**path) != format.as_deref())
        {
            let Ok((_, node)) = self.find(path) else {
                let why = format!("stat: can't stat '{path}': No such file or directory");
                streams.err.line(&why).await;
                return 1;
            };
            let size = self.engine.look(|world| node.size(world.now));
            let said = format.clone().unwrap_or_else(|| {
                "  File: %n\n  Size: %s  Access: %a  Uid: %u  Gid: %g".to_owned()
            });
            let said = said
                .replace("%n", path)
                .replace("%a", &format!("{:o}", node.mode))
                .replace("%u", &node.owner.0.to_string())
                .replace("%g", &node.owner.1.to_string())
                .replace("%s", &size.to_string());
            streams.out.line(&said).await;
        }
        0
    }

    async fn read_link(&self, path: &str, streams: &Streams) -> i64 {
        match self.find(path) {
            Ok((
                _,
                Node {
                    kind: Kind::Link(target),
                    ..
                },
            )) => {
                streams.out.line(&target).await;
                0
            }
            _ => 1,
        }
    }
}

/// A line of `ls -l`.
fn line(name: &str, node: &Node, now: jiff::Timestamp) -> String {
    let (letter, after) = match &node.kind {
        Kind::Folder => ('d', String::new()),
        Kind::File(Content::Bytes(_) | Content::Filler(_) | Content::Growing { .. }) => {
            ('-', String::new())
        }
        Kind::Link(target) => ('l', format!(" -> {target}")),
        Kind::Pipe => ('p', String::new()),
    };
    let letters: String = (0..9)
        .map(|at| {
            let is_set = node.mode & (0o400 >> at) != 0;
            if is_set { ['r', 'w', 'x'][at % 3] } else { '-' }
        })
        .collect();
    let time = node.modified.strftime("%b %e %H:%M");
    format!(
        "{letter}{letters}    1 {:<8} {:<8} {:>10} {time} {name}{after}",
        node.owner.0,
        node.owner.1,
        node.size(now)
    )
}
