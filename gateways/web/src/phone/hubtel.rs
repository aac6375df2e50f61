//! Hubtel: JSON in and out. A session's answer has the type `response` while it goes on and `release` when it is over.
//!
//! Each request brings the last input only; what the person typed before travels in `ClientState`, which the operator
//! gives back as it was answered.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::screen::Screen;
use super::{Message, Operator};

pub(super) struct Ussd;

impl Operator for Ussd {
    fn read(body: &[u8]) -> Option<Message> {
        let request = request(body)?;
        let number = request["Mobile"].as_str().filter(|number| !number.trim().is_empty())?.to_owned();
        Some(Message { number, text: inputs(&request) })
    }

    fn answer(body: &[u8], screen: &Screen) -> Response {
        let request = request(body).unwrap_or_default();
        let kind = if screen.goes_on { "response" } else { "release" };
        let answer = json!({
            "SessionId": request["SessionId"],
            "Type": kind,
            "Message": screen.text,
            "ClientState": inputs(&request),
        });
        ([(header::CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
    }
}

fn request(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().filter(Value::is_object)
}

/// The inputs so far, joined with `*`. The first message of a session is the service code that was dialled.
fn inputs(request: &Value) -> String {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    if text("Type").eq_ignore_ascii_case("initiation") {
        return String::new();
    }
    match text("ClientState") {
        "" => text("Message").to_owned(),
        before => format!("{before}*{}", text("Message")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_session_carries_its_inputs_along() {
        let begin = br#"{"Mobile":"233200000000","SessionId":"s","Type":"Initiation","Message":"*713#"}"#;
        assert_eq!(Ussd::read(begin).unwrap().text, "");
        let again = br#"{"Mobile":"233200000000","SessionId":"s","Type":"Response","Message":"34","ClientState":"12"}"#;
        assert_eq!(Ussd::read(again).unwrap(), Message { number: "233200000000".into(), text: "12*34".into() });
        assert_eq!(Ussd::read(br#"{"Type":"Response"}"#), None);
    }

    proptest! {
        #[test]
        fn any_body_is_a_callback_or_none(body: Vec<u8>) {
            let _ = Ussd::read(&body);
        }
    }
}
