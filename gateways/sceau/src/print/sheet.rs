//! One sheet of labels, from any code on: made here of the codes as they are, without a receipt.

use std::fs;

use sceau_api::stamp::v1::stamp_query_service_client::StampQueryServiceClient as Queries;
use sceau_label::Label;
use sceau_parts::{Job, Part};
use sceau_proto::stamp::v1::{Batch, Code, DownloadCodesRequest};

use super::{Print, described, unwritten};
use crate::client::{CallError, Caller};

/// The codes of a batch from `first` on, as many as one sheet has, in a file of their own: the first of them.
pub(crate) async fn sheet(
    caller: &Caller,
    batch: &Batch,
    print: &Print,
    first: u64,
) -> Result<Option<Label>, CallError> {
    let job = Job::new(&print.spec(), &described(batch)).map_err(|error| CallError::Usage(error.to_string()))?;
    let count = job.sheet().map_or(1, |sheet| u64::from(sheet.labels())).min(batch.count.saturating_sub(first));
    if count == 0 {
        return Ok(None);
    }
    let request =
        DownloadCodesRequest { meta: None, batch_id: batch.batch_id.clone(), first, count, ..Default::default() };
    let mut stream = Queries::new(caller.clone()).download_codes(request).await?.into_inner();
    let mut labels = Vec::new();
    while let Some(chunk) = stream.message().await? {
        labels.extend(chunk.codes.into_iter().map(label));
    }
    let begins = labels.first().cloned();
    let part = Part { number: 1, file: String::new(), first, count };
    let file = sceau_parts::write(&job, &part, std::iter::once(labels), Vec::new());
    let file = file.map_err(|error| unwritten(&print.to, &error))?;
    fs::write(&print.to, file).map_err(|error| unwritten(&print.to, &error))?;
    Ok(begins)
}

fn label(code: Code) -> Label {
    Label { ordinal: code.ordinal, number: code.number, text: code.url, digits: code.digits }
}
