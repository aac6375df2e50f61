//! Protobuf's canonical JSON of the published messages, from their own description.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

use crate::problem::Problem;

static POOL: LazyLock<Option<DescriptorPool>> = LazyLock::new(|| DescriptorPool::decode(sceau_proto::DESCRIPTORS).ok());

/// The message in a body, or what is wrong with it.
pub(crate) fn read<M: Message + Name + Default>(body: &[u8]) -> Result<M, Problem> {
    let name = M::full_name();
    let descriptor = POOL.as_ref().and_then(|pool| pool.get_message_by_name(&name));
    let descriptor = descriptor.ok_or_else(|| Problem::malformed(format!("{name} is not a message")))?;
    let mut reader = serde_json::Deserializer::from_slice(body);
    let wrong = |error: serde_json::Error| Problem::malformed(format!("the body is not JSON of {name}: {error}"));
    let message = DynamicMessage::deserialize(descriptor, &mut reader).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    message.transcode_to().map_err(|error| Problem::malformed(format!("the body is not a {name}: {error}")))
}

/// An answer in JSON. Fields that are unset are shown too, so that a program finds each where it looks for it.
pub(crate) fn answer<M: Message + Name>(message: &M) -> Response {
    let text = text(message).unwrap_or_default();
    let head = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (head, text).into_response()
}

fn text<M: Message + Name>(message: &M) -> Option<String> {
    let descriptor = POOL.as_ref()?.get_message_by_name(&M::full_name())?;
    let message = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice()).ok()?;
    let options = SerializeOptions::new().skip_default_fields(false);
    let value = message.serialize_with_options(serde_json::value::Serializer, &options).ok()?;
    Some(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sceau_proto::verification::v1::{Verdict, VerifyRequest, VerifyResponse};

    #[test]
    fn messages_go_in_and_out_by_their_json_names() {
        let request: VerifyRequest = read(br#"{"code":"1","channel":"SCAN_CHANNEL_APP"}"#).unwrap();
        assert_eq!((request.code.as_str(), request.channel), ("1", 1));
        let response = VerifyResponse { verdict: Verdict::Genuine.into(), scans: 3, ..VerifyResponse::default() };
        let text = text(&response).unwrap();
        for part in [r#""verdict":"VERDICT_GENUINE""#, r#""scans":"3""#, r#""productName":"""#] {
            assert!(text.contains(part), "{part} is missing from {text}");
        }
    }

    proptest! {
        #[test]
        fn any_body_is_a_message_or_a_problem(bytes: Vec<u8>) {
            let _ = read::<VerifyRequest>(&bytes);
        }
    }
}
