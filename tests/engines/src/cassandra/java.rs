//! The command that runs a node: what Cassandra's own scripts give to Java 17.

use std::ffi::OsString;
use std::path::Path;

use crate::jars::Jars;

/// Packages that Cassandra calls though their modules do not export them.
const EXPORTS: [&str; 11] = [
    "java.base/jdk.internal.misc",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/java.lang.ref",
    "java.management.rmi/com.sun.jmx.remote.internal.rmi",
    "java.rmi/sun.rmi.registry",
    "java.rmi/sun.rmi.server",
    "java.rmi/sun.rmi.transport.tcp",
    "java.sql/java.sql",
    "jdk.unsupported/sun.misc",
    "jdk.compiler/com.sun.tools.javac.file",
];

/// Packages that Cassandra looks into by reflection.
const OPENS: [&str; 18] = [
    "java.base/java.lang.module",
    "java.base/java.net",
    "java.base/jdk.internal.loader",
    "java.base/jdk.internal.ref",
    "java.base/jdk.internal.reflect",
    "java.base/jdk.internal.math",
    "java.base/jdk.internal.module",
    "java.base/jdk.internal.util.jar",
    "java.base/java.io",
    "java.base/java.lang",
    "java.base/java.lang.reflect",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/sun.nio.ch",
    "java.base/jdk.internal.misc",
    "jdk.management/com.sun.management.internal",
];

/// What lets a single node answer without waiting for others.
const ALONE: [&str; 3] = [
    "-Dcassandra.skip_wait_for_gossip_to_settle=0",
    "-Dcassandra.ring_delay_ms=0",
    "-Dcassandra.superuser_setup_delay_ms=0",
];

/// Runs the node whose files are in `folder`.
pub(super) fn command(jars: &Jars, folder: &Path) -> Vec<OsString> {
    let with = |flag: &str, path: &Path| {
        let mut argument = OsString::from(flag);
        argument.push(path);
        argument
    };
    let mut command: Vec<OsString> = ["java", "-Xmx512m", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData"]
        .map(OsString::from)
        .into_iter()
        .chain(EXPORTS.iter().map(|package| format!("--add-exports={package}=ALL-UNNAMED").into()))
        .chain(OPENS.iter().map(|package| format!("--add-opens={package}=ALL-UNNAMED").into()))
        .chain(ALONE.map(OsString::from))
        .collect();
    command.extend([
        "-Djdk.attach.allowAttachSelf=true".into(),
        "-Dio.netty.tryReflectionSetAccessible=true".into(),
        // Cassandra guards user-defined functions with it, and Java from 18 on allows it only when told.
        "-Djava.security.manager=allow".into(),
        "-Dcassandra-foreground=yes".into(),
        with("-Dcassandra.config=file://", &folder.join("cassandra.yaml")),
        with("-Dcassandra.storagedir=", folder),
        with("-Dlogback.configurationFile=", &folder.join("logback.xml")),
        with("-javaagent:", &jars.jar("jamm-0.4.0.jar")),
        "-cp".into(),
        jars.class_path().into(),
        "org.apache.cassandra.service.CassandraDaemon".into(),
    ]);
    command
}
