//! The transparency log as the static files that C2SP tlog-tiles asks for, made from rows when they are asked for.

use sceau_certification_view::{
    TransparencyHeadKey, TransparencyHeadRow, TransparencyLeavesKey, TransparencyTileKey, TransparencyTileRow,
};
use sceau_kernel::Tenant;
use sceau_merkle::{Checkpoint, NoteSigner, Tile, bundle};
use tonic::Status;

use crate::{Gateway, failure};

/// A file of a transparency log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransparencyFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// True for text.
    pub text: bool,
    /// True when it never changes.
    pub fixed: bool,
}

impl Gateway {
    /// The file at `path` of a tenant's transparency log: `checkpoint`, `key` (the public key of checkpoints, as
    /// signed-note writes it), or a tile; `None` when there is none.
    pub async fn transparency_file(&self, tenant: &str, path: &str) -> Result<Option<TransparencyFile>, Status> {
        let Some(tenant) = self.door.authority.tenants().iter().find(|known| known.as_str() == tenant) else {
            return Ok(None);
        };
        let text = |text: String| TransparencyFile { bytes: text.into_bytes(), text: true, fixed: false };
        match path {
            "checkpoint" => self.checkpoint(tenant).await.map(|checkpoint| checkpoint.map(text)),
            "key" => Ok(self.note_signer(tenant).map(|signer| text(format!("{}\n", signer.key())))),
            _ => match Tile::parse(path) {
                Ok(tile) => self.tile(tenant, tile).await,
                Err(_) => Ok(None),
            },
        }
    }

    /// The name of a tenant's log: where it is served, without a scheme.
    fn origin(&self, tenant: &Tenant) -> String {
        format!("{}/tlog/{tenant}", self.door.settings.host.name().to_ascii_lowercase())
    }

    fn note_signer(&self, tenant: &Tenant) -> Option<NoteSigner> {
        NoteSigner::new(&self.origin(tenant), self.door.code_keys.list_key(tenant)?).ok()
    }

    async fn checkpoint(&self, tenant: &Tenant) -> Result<Option<String>, Status> {
        let key = TransparencyHeadKey { tenant: tenant.to_string() };
        let row = self.door.tables.transparency_head.get(&key).await.map_err(|error| failure::view(&error))?;
        let tree = row.as_ref().map(TransparencyHeadRow::frontier).unwrap_or_default();
        let checkpoint = Checkpoint { origin: self.origin(tenant), size: tree.size(), root: tree.root() };
        Ok(self.note_signer(tenant).map(|signer| checkpoint.sign(&signer)))
    }

    async fn tile(&self, tenant: &Tenant, tile: Tile) -> Result<Option<TransparencyFile>, Status> {
        let (tenant, width) = (tenant.to_string(), usize::from(tile.width));
        let tables = &self.door.tables;
        let bytes = if let Some(level) = tile.level {
            let key = TransparencyTileKey { tenant, level: level.into(), tile: tile.index };
            let row = tables.transparency_tile.get(&key).await.map_err(|error| failure::view(&error))?;
            row.and_then(|TransparencyTileRow { hashes, .. }| hashes.get(..width * 32).map(<[u8]>::to_vec))
        } else {
            let key = TransparencyLeavesKey { tenant, bundle: tile.index };
            let row = tables.transparency_leaves.get(&key).await.map_err(|error| failure::view(&error))?;
            let leaves = row.as_ref().and_then(|row| row.leaves.0.get(..width)).unwrap_or_default();
            // No leaf is longer than a bundle can say: its stream refuses such.
            bundle(leaves.iter().map(String::as_bytes)).ok().filter(|bytes| !bytes.is_empty())
        };
        // A narrower tile is a stage of a wider one: its name says how wide it was, so it never changes either.
        Ok(bytes.map(|bytes| TransparencyFile { bytes, text: false, fixed: true }))
    }
}
