//! The engines' jars, fetched once by Maven and kept under `target/`.

mod java;

use std::env;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{EngineError, Said};
use crate::shared::say;
use crate::tool;

pub use java::install as install_java;

/// What a first fetch over a slow line may take.
const FETCH: Duration = Duration::from_secs(900);

/// An engine that can be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Apache Kafka: brokers and controllers.
    Kafka,
    /// Apache Cassandra, which speaks the same CQL as ScyllaDB.
    Cassandra,
}

impl Engine {
    /// Its folder in the cache.
    const fn folder(self) -> &'static str {
        match self {
            Self::Kafka => "kafka-4.2.0",
            Self::Cassandra => "cassandra-5.0.6",
        }
    }

    /// How much there is to fetch.
    const fn size(self) -> &'static str {
        match self {
            Self::Kafka => "46 jars, 43 MB",
            Self::Cassandra => "100 jars, 66 MB",
        }
    }

    /// Maven coordinates: group, artifact, version.
    const fn dependencies(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Kafka => &[
                ("org.apache.kafka", "kafka_2.13", "4.2.0"),
                ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.3"),
            ],
            Self::Cassandra => &[("org.apache.cassandra", "cassandra-all", "5.0.6")],
        }
    }

    /// A Maven project that depends on the engine and is nothing else.
    fn pom(self) -> String {
        let dependencies: String = self
            .dependencies()
            .iter()
            .map(|(group, artifact, version)| {
                format!(
                    "<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>\
                     <version>{version}</version></dependency>\n"
                )
            })
            .collect();
        format!(
            "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n<modelVersion>4.0.0</modelVersion>\n\
             <groupId>sceau</groupId><artifactId>{}</artifactId><version>1</version><packaging>pom</packaging>\n\
             <dependencies>\n{dependencies}</dependencies>\n</project>\n",
            self.folder()
        )
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kafka => "Apache Kafka 4.2.0",
            Self::Cassandra => "Apache Cassandra 5.0.6",
        })
    }
}

/// What this machine lacks to run an engine, and how to come by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A Java runtime of a version that the engines run on.
    Java {
        /// The version there is, if any.
        found: Option<u32>,
    },
    /// Maven, which fetches the jars.
    Maven,
    /// The jars: Maven could not fetch them.
    Jars {
        /// Whose.
        engine: Engine,
        /// The end of Maven's output.
        said: Said,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let install = java::advice();
        match self {
            Self::Java { found: None } => write!(f, "Java is missing: {install}"),
            Self::Java { found: Some(version) } => {
                write!(f, "Java {version} is not one the engines run on ({}): {install}", java::VERSIONS)
            }
            Self::Maven => write!(f, "Maven is missing: {install}"),
            Self::Jars { engine, said } => {
                write!(f, "{engine} could not be fetched: let Maven reach its repository; it said:\n{said}")
            }
        }
    }
}

impl std::error::Error for Missing {}

/// The jars of an engine on this machine.
#[derive(Clone, Debug)]
pub struct Jars {
    folder: PathBuf,
}

impl Jars {
    /// Those of `engine`, fetched if they are not here yet. Another process that fetches the same is waited for.
    pub fn fetch(engine: Engine) -> Result<Self, EngineError> {
        java::check()?;
        let folder = cache().join(engine.folder());
        let jars = Self { folder: folder.join("lib") };
        let whole = folder.join("whole");
        if whole.exists() {
            return Ok(jars);
        }
        fs::create_dir_all(&folder).map_err(EngineError::file(&folder))?;
        let _lock = lock(engine, &folder.join("lock"))?;
        if !whole.exists() {
            java::check_maven()?;
            copy_dependencies(engine, &folder)?;
            fs::write(&whole, "").map_err(EngineError::file(&whole))?;
        }
        Ok(jars)
    }

    /// What Java is given to find the classes.
    pub(crate) fn class_path(&self) -> PathBuf {
        self.folder.join("*")
    }

    /// The jar of that name.
    pub(crate) fn jar(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Where jars and scratch folders are: `$SCEAU_ENGINES`, else `target/engines` of the workspace.
pub(crate) fn cache() -> PathBuf {
    env::var_os("SCEAU_ENGINES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/engines"), PathBuf::from)
}

fn lock(engine: Engine, path: &Path) -> Result<File, EngineError> {
    let file = File::create(path).map_err(EngineError::file(path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            say(&format!("waiting for another process that fetches {engine}…"));
            file.lock().map_err(EngineError::file(path))?;
        }
        Err(TryLockError::Error(cause)) => return Err(EngineError::file(path)(cause)),
    }
    Ok(file)
}

fn copy_dependencies(engine: Engine, folder: &Path) -> Result<(), EngineError> {
    say(&format!("fetching {engine} ({})…", engine.size()));
    let pom = folder.join("pom.xml");
    fs::write(&pom, engine.pom()).map_err(EngineError::file(&pom))?;
    let arguments = ["-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=lib"];
    match tool::run("mvn", arguments, folder, FETCH) {
        Ok(_) => Ok(()),
        Err(EngineError::Tool { said, .. }) => Err(Missing::Jars { engine, said }.into()),
        Err(error) => Err(error),
    }
}
