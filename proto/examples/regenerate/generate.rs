//! Makes the Rust code of the .proto files, for the example that writes it and the test that compares it.

use std::{collections::BTreeMap, error::Error, path::Path};

use prost_build::{Config, Module};
use protox::prost::Message;

/// The definitions, each relative to the crate's folder.
const FILES: [&str; 6] = ["api", "cell", "event", "lease", "output", "request"];

/// Types whose Rust is written by hand, because their JSON mapping must be exact.
const BY_HAND: [(&str, &str); 3] = [
    (".weir.v1.JsonObject", "crate::wire::JsonObject"),
    (".google.protobuf.Duration", "crate::wire::Duration"),
    (".google.protobuf.Timestamp", "crate::wire::Timestamp"),
];

/// The generated files by name.
pub(crate) fn generate() -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = FILES.map(|name| root.join(format!("weir/v1/{name}.proto")));
    let set = protox::compile(files, [root])?;

    let mut config = Config::new();
    config
        .disable_comments(["."])
        .btree_map(["."])
        .bytes([".weir.v1.OutputLine.bytes"]);
    for (proto, rust) in BY_HAND {
        config.extern_path(proto, rust);
    }
    let module = Module::from_protobuf_package_name("weir.v1");
    let requests = set
        .file
        .iter()
        .map(|file| {
            (
                Module::from_protobuf_package_name(file.package()),
                file.clone(),
            )
        })
        .collect();
    let messages = config
        .generate(requests)?
        .remove(&module)
        .ok_or("no module was generated")?;

    let answers: Vec<String> = set
        .file
        .iter()
        .filter(|file| file.name().ends_with("/api.proto") || file.name().ends_with("/cell.proto"))
        .flat_map(|file| {
            file.message_type
                .iter()
                .map(|message| format!(".weir.v1.{}", message.name()))
        })
        .collect();
    let encoded = set.encode_to_vec();
    let mut serde = String::new();
    for whole in [false, true] {
        let mut builder = pbjson_build::Builder::new();
        builder.register_descriptors(&encoded)?;
        builder.btree_map(["."]);
        for (proto, rust) in BY_HAND {
            builder.extern_path(proto, rust);
        }
        builder.exclude([".weir.v1.JsonObject"]);
        let prefixes = if whole {
            builder.emit_fields();
            answers.clone()
        } else {
            builder.exclude(answers.clone());
            vec![".weir.v1".to_owned()]
        };
        for (_, text) in builder.generate(&prefixes, |_| Ok(Vec::new()))? {
            serde.push_str(&String::from_utf8(text)?);
        }
    }
    let head = "// Made from weir/v1/*.proto by `cargo run -p weir-proto --example regenerate`; not to be edited.\n";
    Ok(BTreeMap::from([
        ("weir.v1.rs".to_owned(), format!("{head}{messages}")),
        ("weir.v1.serde.rs".to_owned(), format!("{head}{serde}")),
    ]))
}
