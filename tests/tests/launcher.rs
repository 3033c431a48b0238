//! The launcher of entrypoints, in a real Python: what it calls, what it says and how it ends.

use std::{
    fs,
    process::{Command, Stdio},
};

use tempfile::TempDir;
use weir_core::template::launcher;

/// A folder in which runs start.
struct Folder(TempDir);

/// How a run has ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder can be made");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in the folder"))
                .expect("it can be made");
            fs::write(path, text).expect("it can be written");
        }
        Self(folder)
    }

    /// The real path, as Python tells it.
    fn path(&self) -> String {
        let path = fs::canonicalize(self.0.path()).expect("it is there");
        path.to_str().expect("it is text").to_owned()
    }

    fn run(&self, entrypoint: &str, parameters: &str) -> Ended {
        let [python, args @ ..] = launcher::command(entrypoint);
        let ended = Command::new(python)
            .args(args)
            .current_dir(self.0.path())
            .env("WEIR_PARAMETERS", parameters)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // The locale must not matter, but for what the test prints.
            .env("LC_ALL", "C")
            .env("PYTHONUTF8", "0")
            .env("PYTHONCOERCECLOCALE", "0")
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::null())
            .output()
            .expect("python3 can be run: the tests need it");
        let text = |bytes| String::from_utf8(bytes).expect("it is UTF-8");
        Ended {
            code: ended.status.code(),
            out: text(ended.stdout),
            err: text(ended.stderr),
        }
    }
}

impl Ended {
    #[track_caller]
    fn says(self, out: &str) {
        assert_eq!(
            (self.code, self.out.as_str(), self.err.as_str()),
            (Some(0), out, "")
        );
    }

    /// It was not run, and the one line has all these words.
    #[track_caller]
    fn refuses(self, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(
            self.err.starts_with("weir: cannot run the entrypoint '"),
            "{}",
            self.err
        );
        for word in words {
            assert!(self.err.contains(word), "{word:?} is missing: {}", self.err);
        }
    }
}

const ETL: &str = r#"
import asyncio, os, sys
import beside

def main(day, rows=10, **more):
    print(day, rows, more)

def where():
    print(__name__, sys.modules[__name__].main is main, sys.argv, sys.path[:2], beside.WORD)

def relative():
    from .beside import WORD
    print(WORD)

async def later(day):
    await asyncio.sleep(0)
    print("later", day)

def rows():
    print("first")
    yield
    print("last")

def wrong():
    raise ValueError("no such day")

def leave(code):
    sys.exit(code)

class Etl:
    LIMIT = 5
    @staticmethod
    def load(day):
        print("load", day)
    def run(self):
        print("run", self.LIMIT)

etl = Etl()

if __name__ == "__main__":
    print("this is for `python etl.py`")
"#;

fn flows() -> Folder {
    Folder::new(&[
        ("flows/etl.py", ETL),
        ("flows/beside.py", "WORD = 'beside'\n"),
        ("pack/__init__.py", ""),
        (
            "pack/mod.py",
            "from .part import WORD\ndef main(): print(WORD, __name__)\n",
        ),
        ("pack/part.py", "WORD = 'part'\n"),
        ("pack/broken.py", "import nothing_of_that_name\n"),
    ])
}

#[test]
fn parameters_are_keyword_arguments_and_defaults_are_pythons() {
    let flows = flows();
    let run = |parameters| flows.run("flows/etl.py:main", parameters);
    run(r#"{"day": "2026-11-23"}"#).says("2026-11-23 10 {}\n");
    run(r#"{"day": "größe ☃", "rows": 9007199254740993, "x": [null, true, {"y": 1.5}]}"#)
        .says("größe ☃ 9007199254740993 {'x': [None, True, {'y': 1.5}]}\n");
    flows
        .run("flows/etl.py:leave", r#"{"code": null}"#)
        .says("");
}

#[test]
fn a_file_is_a_module_of_its_own_and_finds_its_neighbours() {
    let flows = flows();
    let here = flows.path();
    flows.run("./flows/etl.py:where", "{}").says(&format!(
        "etl True ['{here}/flows/etl.py'] ['{here}/flows', '{here}'] beside\n"
    ));
    flows
        .run(&format!("{here}/flows/etl.py:relative"), "")
        .says("beside\n");
    // A name that Python's own library has must not stand in for it, in the launcher or here.
    let flows = Folder::new(&[
        ("json.py", "def main(): print(__name__)\n"),
        ("inspect.py", "raise SystemExit(9)\n"),
    ]);
    flows
        .run("json.py:main", "{}")
        .says("weir_entrypoint_json\n");
}

#[test]
fn a_module_is_found_from_the_working_directory() {
    let flows = flows();
    flows.run("pack.mod:main", "{}").says("part pack.mod\n");
}

#[test]
fn methods_coroutines_and_generators_are_run_to_their_end() {
    let flows = flows();
    flows
        .run("flows/etl.py:Etl.load", r#"{"day": 1}"#)
        .says("load 1\n");
    flows.run("flows/etl.py:etl.run", "{}").says("run 5\n");
    flows
        .run("flows/etl.py:later", r#"{"day": 2}"#)
        .says("later 2\n");
    flows.run("flows/etl.py:rows", "{}").says("first\nlast\n");
}

#[test]
fn a_prefect_flow_is_called_as_its_plain_function() {
    let prefect = r#"
class Flow:
    def __init__(self, fn):
        self.fn = fn
    def __call__(self, *args, **kwargs):
        raise RuntimeError("this would need a Prefect server")
    def __get__(self, instance, owner):
        if instance is not None:
            self.fn.__prefect_self__ = instance
        return self
"#;
    let etl = r#"
from prefect import flow

@flow
def main(day, rows=10):
    print("plain", day, rows)

@flow
async def later():
    print("plain later")

class Etl:
    @flow
    def run(self, day):
        print("plain method", day)

etl = Etl()

class Own:
    fn = print
    def __call__(self):
        print("an own object with an fn is called itself")

own = Own()
"#;
    let flows = Folder::new(&[
        (
            "prefect/__init__.py",
            "from .flows import Flow\nflow = Flow\n",
        ),
        ("prefect/flows.py", prefect),
        ("etl.py", etl),
    ]);
    flows
        .run("etl.py:main", r#"{"day": 1}"#)
        .says("plain 1 10\n");
    flows.run("etl.py:later", "{}").says("plain later\n");
    flows
        .run("etl.py:etl.run", r#"{"day": 1}"#)
        .says("plain method 1\n");
    flows
        .run("etl.py:own", "{}")
        .says("an own object with an fn is called itself\n");
    flows
        .run("etl.py:main", "{}")
        .refuses(&["missing a required argument: 'day'"]);
}

#[test]
fn the_exit_code_is_the_functions_own() {
    let flows = flows();
    assert_eq!(
        flows.run("flows/etl.py:leave", r#"{"code": 3}"#).code,
        Some(3)
    );
    let ended = flows.run("flows/etl.py:leave", r#"{"code": "in words"}"#);
    assert_eq!((ended.code, ended.err.as_str()), (Some(1), "in words\n"));
}

#[test]
fn an_exception_is_a_traceback_through_the_users_code_alone() {
    let flows = flows();
    for (entrypoint, last) in [
        ("flows/etl.py:wrong", "ValueError: no such day"),
        (
            "pack.broken:main",
            "ModuleNotFoundError: No module named 'nothing_of_that_name'",
        ),
    ] {
        let ended = flows.run(entrypoint, "{}");
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert_eq!(ended.err.lines().last(), Some(last));
        let frames = ended
            .err
            .lines()
            .filter(|line| line.trim_start().starts_with("File "));
        assert_eq!(frames.count(), 1, "{}", ended.err);
    }
}

#[test]
fn what_is_not_there_is_named_with_where_it_was_looked_for_and_the_nearest() {
    let flows = flows();
    let here = flows.path();
    let folder = format!("{here}/flows");
    flows.run("flows/elt.py:main", "{}").refuses(&[
        "'flows/elt.py:main'",
        "no file 'elt.py'",
        &folder,
        "did you mean 'etl.py'?",
        "working_dir",
    ]);
    flows
        .run("/not/here/etl.py:main", "{}")
        .refuses(&["no file 'etl.py' in /not/here"]);
    flows.run("flows/etl.py:mian", "{}").refuses(&[
        "'flows/etl.py:mian'",
        &format!("{folder}/etl.py has no 'mian'"),
        "did you mean 'main'?",
    ]);
    flows
        .run("flows/etl.py:Etl.start", "{}")
        .refuses(&["etl.py:Etl has no 'start'", "it has load, run"]);
    flows
        .run("flows/etl.py:Etl.LIMIT", "{}")
        .refuses(&["etl.py:Etl.LIMIT is no function but 'int'"]);
    flows.run("pack.mdo:main", "{}").refuses(&[
        "'pack.mdo:main'",
        "No module named 'pack.mdo'",
        &here,
    ]);
    flows
        .run("pakc.mod:main", "{}")
        .refuses(&["No module named 'pakc'", &here]);
}

#[test]
fn parameters_that_the_function_does_not_take_are_named() {
    let flows = flows();
    let run = |parameters| flows.run("flows/etl.py:later", parameters);
    for unexpected in [r#"{"day": 1, "dya": 2}"#, r#"{"dya": 2}"#] {
        run(unexpected).refuses(&[
            "unexpected keyword argument 'dya'; did you mean 'day'?",
            "it takes (day)",
        ]);
    }
    run("{}").refuses(&["missing a required argument: 'day'", "it takes (day)"]);
}
