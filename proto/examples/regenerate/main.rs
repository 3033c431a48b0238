//! Writes the Rust code of the .proto files to `src/generated`, where it is checked in.
//!
//! An example is linked with the crate, so run it after a .proto file was changed and before the conversions are: what
//! the conversions then lack, the compiler tells.

mod generate;

use std::{error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated");
    fs::create_dir_all(&folder)?;
    for (name, text) in generate::generate()? {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
