//! Holds one file against the tables.

use crate::rules::{IMPURE, LIBRARIES, LONGEST_FILE, MODULES, PURE};
use crate::source::{Path, paths};

/// The breaches of one file, each as `file:line: what`. `file` is its path below `src/`.
pub fn breaches(file: &str, source: &str) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    // lib.rs declares the modules and names them in its prose.
    if file != "lib.rs" {
        let module = file.split(['/', '.']).next().unwrap_or(file);
        match MODULES.iter().find(|(name, _)| *name == module) {
            None => found.push((
                1,
                format!("`{module}` has no row in tests/imports/rules.rs"),
            )),
            Some((_, may)) => {
                for path in paths(source) {
                    let line = path.line;
                    found.extend(crate_breach(file, module, may, &path).map(|what| (line, what)));
                    found.extend(library_breach(file, &path).map(|what| (line, what)));
                    found.extend(impurity(module, &path).map(|what| (line, what)));
                }
            }
        }
    }
    let lines = source.lines().count();
    if lines > LONGEST_FILE && !is_test(file) {
        let what = format!("{lines} lines, more than {LONGEST_FILE}: what second thing moved in?");
        found.push((lines, what));
    }
    found.dedup();
    found
        .into_iter()
        .map(|(line, what)| format!("src/{file}:{line}: {what}"))
        .collect()
}

fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("/tests/")
}

fn crate_breach(file: &str, module: &str, may: &[&str], path: &Path) -> Option<String> {
    let inside = path_in_crate(file, path)?;
    let target = inside.first()?;
    let known = MODULES.iter().any(|(name, _)| name == target);
    if !known || target == module {
        return None;
    }
    let full = inside[..inside.len().min(2)].join("::");
    let allowed = may
        .iter()
        .any(|entry| *entry == "*" || entry == target || *entry == full);
    (!allowed).then(|| match may {
        [] => format!("`{module}` may import nothing of the crate, but names `crate::{full}`"),
        _ => format!(
            "`{module}` may import {}, but names `crate::{full}`",
            may.join(", ")
        ),
    })
}

/// The path counted from the crate's root, when it leads there.
fn path_in_crate<'a>(file: &str, path: &'a Path) -> Option<&'a [String]> {
    let supers = path
        .segments
        .iter()
        .take_while(|word| *word == "super")
        .count();
    match path.segments.first()?.as_str() {
        "crate" | "topside" => Some(&path.segments[1..]),
        "super" => {
            let stem = file.trim_end_matches(".rs").trim_end_matches("/mod");
            (supers >= stem.split('/').count()).then(|| &path.segments[supers..])
        }
        _ => None,
    }
}

fn library_breach(file: &str, path: &Path) -> Option<String> {
    // `ratatui::crossterm` is crossterm by another way.
    let named = match path.segments.as_slice() {
        [first, second, ..] if first == "ratatui" && second == "crossterm" => second,
        [first, ..] => first,
        [] => return None,
    };
    let (library, places) = LIBRARIES.iter().find(|(name, _)| name == named)?;
    let stem = file.trim_end_matches(".rs");
    let allowed = places.iter().any(|place| {
        stem.strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    (!allowed).then(|| format!("`{library}` may be named only in {}", places.join(", ")))
}

fn impurity(module: &str, path: &Path) -> Option<String> {
    if !PURE.contains(&module) {
        return None;
    }
    let segments = &path.segments;
    let named = IMPURE.iter().find(|entry| {
        let words: Vec<&str> = entry.split("::").collect();
        match words.as_slice() {
            // A type's function, however its path begins.
            [_, "now"] => segments.windows(2).any(|pair| pair == words),
            _ => segments.len() >= words.len() && segments[..words.len()] == words,
        }
    })?;
    Some(format!("`{module}` is pure, but names `{named}`"))
}
