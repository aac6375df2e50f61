//! Certificates and a user, for tests of encrypted connections and of credentials.

use std::path::{Path, PathBuf};

use crate::error::EngineError;
use crate::tool;

/// What a client needs to be let in to a secured engine, and what it must not be let in with.
#[derive(Clone, Debug)]
pub struct Access {
    /// The only user.
    pub user: String,
    /// Its password.
    pub password: String,
    /// The authority that signed the engine's certificate, as PEM. The certificate is for `127.0.0.1` and `localhost`.
    pub authority: PathBuf,
    /// An authority that signed nothing here, as PEM: a client that trusts only this one must refuse the engine.
    pub stranger: PathBuf,
    /// The engine's own key and certificate chain, as PKCS#12.
    pub(crate) keystore: PathBuf,
}

/// The password of keystores; they hold nothing worth protecting.
pub(crate) const KEYSTORE_PASSWORD: &str = "keystore";

impl Access {
    /// Makes authorities and a certificate in `folder`, with the `keytool` that comes with Java.
    pub(crate) fn make(folder: &Path, user: &str, password: &str) -> Result<Self, EngineError> {
        let access = Self {
            user: user.to_owned(),
            password: password.to_owned(),
            authority: folder.join("authority.pem"),
            stranger: folder.join("stranger.pem"),
            keystore: folder.join("engine.p12"),
        };
        let keys = Keys { folder };
        keys.authority("engine.p12", &access.authority)?;
        let names = ["-ext", "san=ip:127.0.0.1,dns:localhost"];
        keys.tool(
            "-genkeypair",
            "engine",
            "engine.p12",
            &[&["-dname", "CN=engine", "-signer", "authority"], &names[..]].concat(),
        )?;
        // The engine shows what it finds in its keystore, so its own key must be the only one there.
        keys.tool("-delete", "authority", "engine.p12", &[])?;
        keys.authority("stranger.p12", &access.stranger)?;
        Ok(access)
    }
}

struct Keys<'a> {
    folder: &'a Path,
}

impl Keys<'_> {
    /// A new authority in `store`, its certificate in the file `pem`.
    fn authority(&self, store: &str, pem: &Path) -> Result<(), EngineError> {
        self.tool("-genkeypair", "authority", store, &["-dname", "CN=authority", "-ext", "bc:critical=ca:true"])?;
        let text = self.tool("-exportcert", "authority", store, &["-rfc"])?;
        std::fs::write(pem, text).map_err(EngineError::file(pem))
    }

    fn tool(&self, command: &str, alias: &str, store: &str, more: &[&str]) -> Result<String, EngineError> {
        let mut arguments =
            vec![command, "-alias", alias, "-keystore", store, "-storetype", "PKCS12", "-storepass", KEYSTORE_PASSWORD];
        if command == "-genkeypair" {
            arguments.extend(["-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"]);
        }
        arguments.extend(more);
        tool::run("keytool", arguments, self.folder, tool::PATIENCE)
    }
}
