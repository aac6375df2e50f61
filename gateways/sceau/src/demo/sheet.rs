//! The sheet of labels that the demo leaves on disk.

use std::path::{Path, PathBuf};

use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient;
use sceau_proto::stamp::v1::GetBatchRequest;

use super::Genuine;
use crate::client::{CallError, Caller};
use crate::print::{self, Print};
use sceau_parts::Format;

const NAME: &str = "demo-stamps.pdf";
const PRESET: &str = "L7160";
const OFFICE: &str = "Office de contrôle";

/// A sheet on disk.
pub(super) struct Sheet {
    pub(super) path: PathBuf,
    /// Of its first label, which is genuine.
    pub(super) digits: String,
}

/// Prints the codes from a genuine one on into the data folder; nothing where the platform keeps its data elsewhere.
pub(super) async fn print(caller: &Caller, genuine: &Genuine, data: &Path) -> Result<Option<Sheet>, CallError> {
    if !data.is_dir() {
        return Ok(None);
    }
    let request = GetBatchRequest { meta: None, batch_id: genuine.batch_id.clone() };
    let mut queries = StampQueryServiceClient::new(caller.clone());
    let batch = queries.get_batch(request).await?.into_inner().batch.unwrap_or_default();
    let path = data.join(NAME);
    let print = Print {
        batch: genuine.batch_id.clone(),
        form: Format::Pdf,
        sheet: PRESET.parse().ok(),
        office: Some(OFFICE.to_owned()),
        lines: vec!["{product}".to_owned()],
        lot: None,
        resolution: None,
        part: None,
        zip: false,
        encrypt_to: None,
        at_once: 1,
        to: path.clone(),
    };
    let first = print::sheet(caller, &batch, &print, genuine.ordinal).await?;
    Ok(first.map(|label| Sheet { path, digits: label.digits }))
}
