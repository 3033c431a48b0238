//! Which files are read, and what they want.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use weir_client::Desired;

use crate::{
    cmd::remarks::About,
    deploy_file::{self, Contents, Defaults, Environment},
};

/// What files want, and what is to be said about them.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) desired: Desired,
    pub(crate) remarks: Vec<About>,
}

/// Reads files, folders and, for `-`, the standard input.
pub(super) fn read(
    paths: &[PathBuf],
    stdin: impl Fn() -> io::Result<String>,
    environment: Environment<'_>,
) -> anyhow::Result<Wanted> {
    let mut wanted = Wanted::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let text = stdin().context("cannot read standard input")?;
            let add = wanted.add(&text, "standard input", Path::new("."), environment);
            add.context("cannot use standard input")?;
            continue;
        }
        for file in files(path)? {
            let cannot = || format!("cannot use {}", file.display());
            if !seen.insert(file.canonicalize().with_context(cannot)?) {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(cannot)?;
            let folder = file.parent().unwrap_or(Path::new("."));
            let add = wanted.add(&text, &file.display().to_string(), folder, environment);
            add.with_context(cannot)?;
        }
    }
    if wanted.desired.is_empty() {
        bail!("the files name nothing: write work_pools, limits or deployments in them");
    }
    Ok(wanted)
}

/// The file, or all that a folder has, in the order of their names.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    walk(path, &mut found).with_context(|| format!("cannot read {}", path.display()))?;
    if found.is_empty() {
        bail!("{} has no *.yaml and no *.yml", path.display());
    }
    found.sort();
    Ok(found)
}

/// Hidden files and folders are other programs' own, and links to folders could lead round in a circle.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.is_file()
            && path
                .extension()
                .is_some_and(|end| end == "yaml" || end == "yml")
        {
            found.push(path);
        }
    }
    Ok(())
}

impl Wanted {
    /// Adds what one file wants. Paths in it are relative to `folder`.
    pub(crate) fn add(
        &mut self,
        text: &str,
        file: &str,
        folder: &Path,
        environment: Environment<'_>,
    ) -> anyhow::Result<()> {
        let Contents {
            deployments,
            pools,
            tag_limits,
            named_limits,
            remarks,
        } = deploy_file::contents(text, environment)?;
        let at = |place: &str| match place {
            "" => file.to_owned(),
            place => format!("{file}: {place}"),
        };
        self.remarks.extend(remarks.into_iter().map(|remark| About {
            what: "file",
            name: file.to_owned(),
            remark,
        }));
        for (n, pool) in pools.into_iter().enumerate() {
            let place = format!("work_pools[{n}]");
            let named = format!("{place} ({})", pool.name());
            let ((pool, paused), queues) = pool.into_configs(folder).context(named)?;
            self.desired.pool(pool, paused, at(&place))?;
            for (n, (queue, paused)) in queues.into_iter().enumerate() {
                let place = format!("{place}.work_queues[{n}]");
                self.desired.queue(queue, paused, at(&place))?;
            }
        }
        for (n, limit) in tag_limits.into_iter().enumerate() {
            let place = format!("concurrency_limits[{n}]");
            let named = format!("{place} ({})", limit.name());
            let limit = limit.into_config().context(named)?;
            self.desired.tag_limit(limit, at(&place))?;
        }
        for (n, limit) in named_limits.into_iter().enumerate() {
            let place = format!("global_concurrency_limits[{n}]");
            let named = format!("{place} ({})", limit.name());
            let limit = limit.into_config().context(named)?;
            self.desired.named_limit(limit, at(&place))?;
        }
        for (place, candidate) in deployments {
            let (deployment, remarks) = candidate.into_config(&Defaults::default(), folder)?;
            let name = deployment.name.to_string();
            self.remarks.extend(remarks.into_iter().map(|remark| About {
                what: "deployment",
                name: name.clone(),
                remark,
            }));
            // Who pauses a deployment does so by a verb: Prefect's key of that name means something else.
            self.desired.deployment(deployment, None, at(&place))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing() -> io::Result<String> {
        Err(io::Error::other("nobody types"))
    }

    fn limit(folder: &Path, file: &str, name: &str) {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        let text = format!("global_concurrency_limits: [{{name: {name}, limit: 1}}]");
        fs::write(path, text).expect("it is written");
    }

    #[test]
    fn a_folder_is_read_in_order_and_without_what_is_hidden_or_of_another_kind() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        for file in [
            "b.yaml",
            "a/z.yml",
            ".git/x.yaml",
            ".hidden.yaml",
            "c.json",
            "a.yaml",
        ] {
            limit(at, file, "one");
        }
        let found = files(at).expect("it can be read");
        let found = found
            .iter()
            .map(|file| file.strip_prefix(at).expect("below"));
        let found: Vec<_> = found.map(|file| file.display().to_string()).collect();
        assert_eq!(found, ["a/z.yml", "a.yaml", "b.yaml"]);
        let error = read(&[at.to_owned()], nothing, &|_| None).expect_err("named twice");
        let error = format!("{error:#}");
        for place in [
            "a/z.yml: global_concurrency_limits[0]",
            "a.yaml: global_concurrency_limits[0]",
        ] {
            assert!(error.contains(place), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_named_twice_counts_once_and_standard_input_is_one_too() {
        let folder = tempfile::tempdir().expect("a folder");
        limit(folder.path(), "a.yaml", "one");
        let file = folder.path().join("a.yaml");
        let paths = [file.clone(), "-".into(), folder.path().to_owned(), file];
        let typed = || Ok("global_concurrency_limits: [{name: two, limit: 2}]".to_owned());
        let wanted = read(&paths, typed, &|_| None).expect("it is legal");
        assert_eq!(wanted.desired.len(), 2);
    }

    #[test]
    fn nothing_at_all_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = |path: &Path| {
            let read = read(&[path.to_owned()], nothing, &|_| None);
            format!("{:#}", read.expect_err("there is nothing"))
        };
        assert!(refused(folder.path()).contains("no *.yaml"));
        let empty = folder.path().join("empty.yaml");
        fs::write(&empty, "deployments: []").expect("it is written");
        assert!(refused(&empty).contains("name nothing"));
        assert!(refused(Path::new("/nowhere.yaml")).contains("/nowhere.yaml"));
    }
}
