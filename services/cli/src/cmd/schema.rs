//! `weir schema`: what editors need to check and complete the files that weir reads.

use serde_json::{Value, json};

use crate::{context::Context, deploy_file, exit::Exit, table::Table};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file; without it, the schemas that there are
    #[arg(value_enum, value_name = "FILE")]
    file: Option<File>,
}

/// A file that weir reads.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum File {
    /// What `weir deploy` and `weir apply` read
    #[value(name = "weir.yaml", alias = "prefect.yaml")]
    WeirYaml,
}

impl File {
    const ALL: [Self; 1] = [Self::WeirYaml];

    const fn name(self) -> &'static str {
        match self {
            Self::WeirYaml => "weir.yaml",
        }
    }
    const fn about(self) -> &'static str {
        match self {
            Self::WeirYaml => "what `weir deploy` and `weir apply` read, prefect.yaml too",
        }
    }
    fn schema(self) -> Value {
        match self {
            Self::WeirYaml => deploy_file::schema::weir_yaml().into(),
        }
    }
}

pub(crate) fn run(context: &Context, args: &Args) -> anyhow::Result<Exit> {
    if let Some(file) = args.file {
        let text = serde_json::to_string_pretty(&file.schema())?;
        context.out.json(&text)?;
    } else if context.out.is_json() {
        let files = File::ALL.map(|file| json!({"name": file.name(), "about": file.about()}));
        context.out.json(&json!(files).to_string())?;
    } else {
        let mut table = Table::new(&["FILE", "WHAT IT IS"]);
        for file in File::ALL {
            table.row([file.name().into(), file.about().into()]);
        }
        context.out.table(&table, "")?;
    }
    Ok(Exit::Ok)
}
