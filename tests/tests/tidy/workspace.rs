//! What the rules look at, read once per test: files, manifests, arrows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Written by a program: no person's style.
const GENERATED: &str = "proto/src/generated/";
/// What is read as text. The ending decides, so that no picture is read as one.
const ENDINGS: &[&str] = &["rs", "toml", "proto", "py", "sh", "yaml", "yml", "txt"];

/// Something to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// From 1; 0 if it is about the whole file.
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line.max(1), self.what)
    }
}

/// One entry of a crate's manifest: `from` names `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) manifest: String,
    pub(crate) line: usize,
    pub(crate) from: String,
    pub(crate) to: String,
    /// For tests and examples only.
    pub(crate) dev: bool,
}

/// The repository as it lies on disk.
pub(crate) struct Workspace {
    root: PathBuf,
    files: BTreeMap<String, String>,
    metadata: Metadata,
}

impl Workspace {
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the crate lies in the workspace")
            .to_owned();
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .other_options(["--offline".to_owned()])
            .exec()
            .expect("cargo metadata reads the workspace");
        let mut files = BTreeMap::new();
        read_folder(&root, &root, &mut files);
        assert!(
            files.contains_key("tests/tests/tidy.rs"),
            "the walk from {} finds nothing",
            root.display()
        );
        Self {
            root,
            files,
            metadata,
        }
    }

    /// Every text file: path with slashes, from the root, and text.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// All Rust that people write.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files()
            .filter(|(path, _)| path.strip_suffix(".rs").is_some() && !path.starts_with(GENERATED))
    }

    /// The manifests of the members.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files()
            .filter(|(path, _)| path.ends_with("/Cargo.toml"))
    }

    /// One file's text; nothing if there is no such file.
    pub(crate) fn text(&self, path: &str) -> String {
        self.files.get(path).cloned().unwrap_or_default()
    }

    /// The files that cargo hands to the compiler.
    pub(crate) fn roots(&self) -> BTreeSet<String> {
        let targets = self
            .metadata
            .packages
            .iter()
            .flat_map(|package| &package.targets);
        targets
            .filter_map(|target| relative(&self.root, target.src_path.as_std_path()))
            .collect()
    }

    /// Who names whom, in all kinds of dependencies.
    pub(crate) fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for package in &self.metadata.packages {
            let manifest = relative(&self.root, package.manifest_path.as_std_path())
                .expect("members lie in the root");
            let text = self.text(&manifest);
            for dependency in &package.dependencies {
                let line = text.lines().position(|line| {
                    let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
                    name == dependency.name || dependency.rename.as_deref() == Some(name)
                });
                edges.push(Edge {
                    manifest: manifest.clone(),
                    line: line.map_or(0, |line| line + 1),
                    from: package.name.to_string(),
                    to: dependency.name.clone(),
                    dev: dependency.kind == DependencyKind::Development,
                });
            }
        }
        edges
    }
}

fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> = path
        .strip_prefix(root)
        .ok()?
        .iter()
        .map(|part| part.to_str())
        .collect();
    Some(parts?.join("/"))
}

fn read_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    let entries = fs::read_dir(folder).expect("the folders of the workspace can be read");
    for path in entries.map(|entry| entry.expect("a folder's entry can be read").path()) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        // Build results, git's own, virtual environments, and what tools leave behind.
        if name.starts_with('.') || name == "target" || path.is_symlink() {
            continue;
        }
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            read_folder(root, &path, files);
        } else if ENDINGS.contains(&ending)
            && let Some(relative) = relative(root, &path)
        {
            // Somebody may be removing it at this moment.
            let text = fs::read_to_string(&path).unwrap_or_default();
            files.insert(relative, text);
        }
    }
}
