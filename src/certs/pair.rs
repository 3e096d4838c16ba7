//! Certificates and the private keys that lie beside them: whether they belong together.

use std::collections::HashMap;

use super::examine::FoundFile;
use super::leaf::Keys;
use super::parse::parse;
use super::tree::Tree;

/// Says of each certificate whose key is a file of its own whether that is its own. Each key is read once, whatever
/// number of certificates lies beside it.
pub(super) fn pair(tree: &Tree, root: &str, files: &mut [FoundFile]) {
    let mut keys: HashMap<String, Keys> = HashMap::new();
    for file in files.iter() {
        let Some(key) = key_of(root, file) else {
            continue;
        };
        keys.entry(key).or_insert_with_key(|key| {
            let content = tree.content(key).unwrap_or_default();
            Keys::of(&parse(content))
        });
    }
    // A folder may have one key and certificates of others: then it is said of none that it lacks its own.
    let mut taken: HashMap<String, bool> = HashMap::new();
    for file in files.iter_mut() {
        let Some(key) = key_of(root, file) else {
            continue;
        };
        let Some(of_key) = keys.get(&key) else {
            continue;
        };
        // The first leaf is the one that a server takes.
        if let Some(first) = file.leaves.first_mut() {
            first.key_matches = of_key.match_(&first.certificate);
            *taken.entry(key).or_default() |= first.key_matches == Some(true);
        }
    }
    for file in files.iter_mut().filter(|file| file.kept.key_is_guess) {
        let is_taken = key_of(root, file).is_some_and(|key| taken.get(&key) == Some(&true));
        for leaf in &mut file.leaves {
            leaf.key_matches = leaf.key_matches.filter(|matches| *matches || !is_taken);
        }
    }
}

/// The path of a key that is a file of its own.
fn key_of(root: &str, file: &FoundFile) -> Option<String> {
    let key = file.kept.key.as_ref()?;
    (*key != file.below).then(|| format!("{}{key}", root.trim_end_matches('/')))
}
