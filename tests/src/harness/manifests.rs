//! The manifests that the project ships for a cluster, as its users apply them.

use std::{fs, path::Path};

use serde_json::Value;

/// All objects of the files in `deploy/kubernetes`.
///
/// # Panics
/// When a file is not there or no YAML.
pub fn manifests() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/kubernetes");
    let entries = fs::read_dir(folder).expect("the manifests are part of the project");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    let mut objects = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("the file is there");
        for document in text.split("\n---\n") {
            let object = yaml_serde::from_str(document);
            assert!(object.is_ok(), "{}: {object:?}", path.display());
            objects.extend(object);
        }
    }
    objects
}

/// Those of a kind.
pub fn manifests_of(kind: &str) -> Vec<Value> {
    let mut objects = manifests();
    objects.retain(|object| object["kind"] == kind);
    objects
}
