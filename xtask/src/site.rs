//! The folder of static files that the server embeds: the bundle, the style sheet, everything in `public`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::{Flavour, Workspace};
use crate::{bundle, compress};

/// Relative path and content.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Builds what is out of date and returns the folder.
pub(crate) fn assemble(workspace: &Workspace, flavour: Flavour) -> Result<PathBuf> {
    let bundle = bundle::build(workspace, flavour)?;
    let mut files = Files::new();
    collect(&workspace.root.join("public"), Path::new(""), &mut files)?;
    collect(&bundle, Path::new("pkg"), &mut files)?;
    files.insert(
        PathBuf::from("pkg/rollcall.css"),
        style_sheet(&workspace.root.join("style"))?,
    );
    let mut packed = Files::new();
    for (name, content) in &files {
        for (suffix, small) in compress::variants(name, content, flavour)? {
            packed.insert(PathBuf::from(format!("{}.{suffix}", name.display())), small);
        }
    }
    files.append(&mut packed);
    let site = workspace.site(flavour);
    write(&site, &files)?;
    Ok(site)
}

/// All style sheets as one, in the order of their names.
fn style_sheet(folder: &Path) -> Result<Vec<u8>> {
    let mut sheets = Files::new();
    collect(folder, Path::new(""), &mut sheets)?;
    sheets.retain(|name, _| name.extension().is_some_and(|extension| extension == "css"));
    let mut whole = Vec::new();
    for sheet in sheets.into_values() {
        whole.extend(sheet);
        // A file that ends without a line break must not glue its last rule to the next file's first.
        whole.push(b'\n');
    }
    Ok(whole)
}

/// Reads every file below `folder`; their names start with `prefix`.
fn collect(folder: &Path, prefix: &Path, files: &mut Files) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let what = || format!("failed to read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(what)? {
        let path = entry.with_context(what)?.path();
        let name = prefix.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            collect(&path, &name, files)?;
        } else {
            let content =
                fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
            files.insert(name, content);
        }
    }
    Ok(())
}

/// Makes the folder hold exactly these files, touching only what differs: cargo and the server's build
/// script look at the times.
fn write(site: &Path, files: &Files) -> Result<()> {
    let mut present = Files::new();
    collect(site, Path::new(""), &mut present)?;
    for name in present.keys().filter(|name| !files.contains_key(*name)) {
        let path = site.join(name);
        fs::remove_file(&path).with_context(|| format!("failed to delete {}", path.display()))?;
    }
    for (name, content) in files {
        if present.get(name) == Some(content) {
            continue;
        }
        let path = site.join(name);
        let folder = path.parent().unwrap_or(site);
        fs::create_dir_all(folder)
            .with_context(|| format!("failed to make {}", folder.display()))?;
        fs::write(&path, content).with_context(|| format!("failed to write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheets_are_joined_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("20-layout.css"), "b {}").unwrap();
        fs::write(folder.path().join("10-tokens.css"), "a {}").unwrap();
        fs::write(folder.path().join("notes.md"), "no style").unwrap();
        assert_eq!(style_sheet(folder.path()).unwrap(), b"a {}\nb {}\n");
    }

    #[test]
    fn an_unchanged_file_is_not_touched_and_a_stale_one_goes() {
        let site = tempfile::tempdir().unwrap();
        let path = |name: &str| site.path().join(name);
        let files = |names: &[&str]| -> Files {
            names
                .iter()
                .map(|name| (PathBuf::from(name), name.as_bytes().to_vec()))
                .collect()
        };
        write(site.path(), &files(&["kept.js", "pkg/stale.js"])).unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
        let kept = fs::File::options()
            .write(true)
            .open(path("kept.js"))
            .unwrap();
        kept.set_modified(long_ago).unwrap();

        write(site.path(), &files(&["kept.js", "new.js"])).unwrap();

        let modified = fs::metadata(path("kept.js")).unwrap().modified().unwrap();
        assert_eq!(modified, long_ago);
        assert!(path("new.js").exists());
        assert!(!path("pkg/stale.js").exists());
    }
}
