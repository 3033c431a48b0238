//! `otlp-standin ADDRESS FOLDER [MILLISECONDS]`: a collector that can be killed. Spans are in the folder before they are
//! acknowledged, which it takes its time for.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use weir_otlp_standin::{Answer, serve};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, folder, slow @ ..] = arguments.as_slice() else {
        anyhow::bail!("otlp-standin ADDRESS FOLDER [MILLISECONDS]");
    };
    let answer = match slow {
        [] => Answer::Taken,
        [millis, ..] => Answer::After(Duration::from_millis(
            millis.parse().context(millis.clone())?,
        )),
    };
    serve(address.parse()?, Path::new(folder), answer)?;
    Ok(())
}
