//! The same tar with all of it in a folder, as an engine has to get it.
//!
//! Unpacked right in the folder, an engine neither gives that its owner and mode (PostgreSQL, say, does not start in one
//! that is not its own), nor takes a relative link that leads out of it (Engine 20.10 to 28: "invalid symlink").

use std::io::{self, Read, Write};

use tar::{Builder, Entry, EntryType, Header};

use super::scan::{Damage, plain};

/// What a header has room for; longer names go into a record of their own (POSIX pax).
const SHORT: usize = 100;

/// Writes what is read with this folder before each name. What was scanned is taken for granted.
pub fn repack(tar: impl Read, folder: &str, to: impl Write) -> Result<(), Damage> {
    let mut packed = Builder::new(to);
    let mut archive = tar::Archive::new(tar);
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.header().entry_type() != EntryType::XGlobalHeader {
            add(entry, folder.as_bytes(), &mut packed)?;
        }
    }
    packed.into_inner()?.flush()?;
    Ok(())
}

fn add(
    mut entry: Entry<'_, impl Read>,
    folder: &[u8],
    packed: &mut Builder<impl Write>,
) -> Result<(), Damage> {
    let kind = entry.header().entry_type();
    let within = |name: &[u8]| -> Result<Vec<u8>, Damage> {
        let name = plain(name)?;
        Ok([folder, b"/", &name].concat())
    };
    let name = within(&entry.path_bytes())?;
    let link = entry.link_name_bytes().map(std::borrow::Cow::into_owned);
    let link = match (kind, link) {
        (EntryType::Link, Some(link)) => Some(within(&link)?),
        (_, link) => link,
    };
    let mut records = kept_records(&mut entry)?;
    let mut header = Header::new_ustar();
    let theirs = entry.header();
    header.set_mode(theirs.mode()? & 0o7777);
    header.set_uid(theirs.uid()?);
    header.set_gid(theirs.gid()?);
    header.set_mtime(theirs.mtime()?);
    header.set_size(entry.size());
    header.set_entry_type(match kind {
        EntryType::Continuous | EntryType::GNUSparse => EntryType::Regular,
        kind => kind,
    });
    // Of others some packers leave it empty.
    if matches!(kind, EntryType::Char | EntryType::Block) {
        header.set_device_major(theirs.device_major()?.unwrap_or_default())?;
        header.set_device_minor(theirs.device_minor()?.unwrap_or_default())?;
    }
    let room = name.len().min(SHORT);
    header.as_old_mut().name[..room].copy_from_slice(&name[..room]);
    if name.len() > SHORT {
        records.push(("path".to_owned(), name));
    }
    match link {
        Some(link) if link.len() > SHORT => records.push(("linkpath".to_owned(), link)),
        Some(link) => header.set_link_name_literal(&link)?,
        None => {}
    }
    header.set_cksum();
    let records = records.iter().map(|(key, value)| (&**key, &**value));
    packed.append_pax_extensions(records)?;
    Ok(packed.append(&header, &mut entry)?)
}

/// Attributes and fractions of seconds, which are nowhere else.
fn kept_records(entry: &mut Entry<'_, impl Read>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut kept = Vec::new();
    let Some(records) = entry.pax_extensions()? else {
        return Ok(kept);
    };
    for record in records {
        let record = record?;
        let Ok(key) = record.key() else { continue };
        if key == "mtime" || key.starts_with("SCHILY.xattr.") {
            kept.push((key.to_owned(), record.value_bytes().to_vec()));
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::{Depth, scan};

    #[test]
    fn names_move_and_links_stay_as_they_are_written() {
        let long = "n".repeat(150);
        let mut tar = Builder::new(Vec::new());
        let mut add = |name: &str, kind, link: Option<&str>, content: &str| {
            let mut header = Header::new_gnu();
            header.set_entry_type(kind);
            header.set_mode(0o640);
            header.set_uid(3_000_000);
            header.set_gid(7);
            header.set_mtime(1_700_000_000);
            header.set_size(content.len() as u64);
            match link {
                Some(link) => tar.append_link(&mut header, name, link).unwrap(),
                None => tar
                    .append_data(&mut header, name, content.as_bytes())
                    .unwrap(),
            }
        };
        add("./", EntryType::Directory, None, "");
        add("./a", EntryType::Regular, None, "hello");
        add(
            &format!("./{long}/{long}"),
            EntryType::Regular,
            None,
            "deep",
        );
        add("./b", EntryType::Link, Some("./a"), "");
        add("./c", EntryType::Symlink, Some("../../etc"), "");
        let tar = tar.into_inner().unwrap();
        let mut moved = Vec::new();
        repack(&tar[..], ".v", &mut moved).unwrap();

        let mut archive = tar::Archive::new(&moved[..]);
        let entries = archive.entries().unwrap().map(|entry| {
            let entry = entry.unwrap();
            assert_eq!(entry.header().uid().unwrap(), 3_000_000);
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let link = entry.link_name_bytes().map(|link| text(&link));
            (text(&entry.path_bytes()), link)
        });
        let entries: Vec<_> = entries.collect();
        let names: Vec<&str> = entries.iter().map(|(name, _)| &**name).collect();
        let deep = format!(".v/{long}/{long}");
        assert_eq!(names, [".v/", ".v/a", &deep, ".v/b", ".v/c"]);
        assert_eq!(entries[3].1.as_deref(), Some(".v/a"));
        assert_eq!(entries[4].1.as_deref(), Some("../../etc"));
        let (before, after) = (
            scan(&tar[..], Depth::Content).unwrap(),
            scan(&moved[..], Depth::Content).unwrap(),
        );
        assert_eq!((before.count, before.bytes), (after.count, after.bytes));
    }
}
