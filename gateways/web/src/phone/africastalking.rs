//! Africa's Talking: forms in, plain text out. A session's answer begins with `CON` while it goes on and with `END` when
//! it is over (USSD: sessionId, serviceCode, phoneNumber, text, networkCode; SMS: linkId, text, to, id, date, from).

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::screen::Screen;
use super::{Message, Operator};

pub(super) struct Ussd;

impl Operator for Ussd {
    fn read(body: &[u8]) -> Option<Message> {
        form(body, "phoneNumber")
    }

    fn answer(_: &[u8], screen: &Screen) -> Response {
        let begin = if screen.goes_on { "CON" } else { "END" };
        plain(format!("{begin} {}", screen.text))
    }
}

pub(super) struct Sms;

impl Operator for Sms {
    fn read(body: &[u8]) -> Option<Message> {
        form(body, "from")
    }

    fn answer(_: &[u8], screen: &Screen) -> Response {
        plain(screen.text.clone())
    }
}

fn form(body: &[u8], number_field: &str) -> Option<Message> {
    let mut message = Message::default();
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "text" => message.text = value.into_owned(),
            name if name == number_field => message.number = value.into_owned(),
            _ => {}
        }
    }
    (!message.number.trim().is_empty()).then_some(message)
}

fn plain(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_callback_is_a_form() {
        let body = b"sessionId=ATUid_1&serviceCode=*384%23&phoneNumber=%2B2250700000000&text=12*34&networkCode=61203";
        let message = Message { number: "+2250700000000".into(), text: "12*34".into() };
        assert_eq!(Ussd::read(body), Some(message));
        assert_eq!(Ussd::read(b"text=1"), None);
        assert_eq!(Sms::read(b"from=%2B225&text=hello&to=384").unwrap().text, "hello");
    }

    proptest! {
        #[test]
        fn any_body_is_a_callback_or_none(body: Vec<u8>) {
            let _ = (Ussd::read(&body), Sms::read(&body));
        }
    }
}
