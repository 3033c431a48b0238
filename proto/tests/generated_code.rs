//! The checked-in Rust of the .proto files is what they make today.

#[path = "../examples/regenerate/generate.rs"]
mod generate;

use std::{fs, path::Path};

#[test]
fn generated_code_is_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    let fresh = generate::generate().unwrap();
    let kept: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        kept.len(),
        fresh.len(),
        "a file in {} is made by nobody: {kept:?}",
        folder.display()
    );
    for (name, text) in fresh {
        let stale = fs::read_to_string(folder.join(&name)).unwrap_or_default() != text;
        assert!(
            !stale,
            "{name} is stale: run `cargo run -p weir-proto --example regenerate`"
        );
    }
}
