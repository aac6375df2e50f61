//! Answers as people and programs read them.
//!
//! Both forms come from the message's own description, so no answer is mapped by hand: `--json` is protobuf's canonical
//! JSON mapping with the field names of the `.proto` files; the human form is a record or an aligned table.

use std::sync::LazyLock;

use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, ReflectMessage, SerializeOptions, Value};
use sceau_kernel::wire::Wire;
use sceau_kernel::{Money, Timestamp};

static POOL: LazyLock<Option<DescriptorPool>> = LazyLock::new(|| DescriptorPool::decode(sceau_proto::DESCRIPTORS).ok());

/// The message as its description sees it; `None` for bytes that are not of the type named.
pub fn described(full_name: &str, encoded: &[u8]) -> Option<DynamicMessage> {
    let descriptor = POOL.as_ref()?.get_message_by_name(full_name)?;
    DynamicMessage::decode(descriptor, encoded).ok()
}

fn reflect<M: Message + Name>(message: &M) -> Option<DynamicMessage> {
    described(&M::full_name(), &message.encode_to_vec())
}

/// The canonical JSON of a message.
pub fn json_of(message: &DynamicMessage) -> serde_json::Value {
    let options =
        SerializeOptions::new().use_proto_field_name(true).stringify_64_bit_integers(false).skip_default_fields(false);
    message.serialize_with_options(serde_json::value::Serializer, &options).unwrap_or(serde_json::Value::Null)
}

/// How answers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// Only what identifies: the id of a receipt, the first column of a list. For scripts.
    Id,
}

impl Form {
    /// Prints one message: a line per field.
    pub fn record<M: Message + Name>(self, message: &M) {
        let Some(message) = reflect(message) else { return };
        match self {
            Self::Json => sayln!("{:#}", json_of(&message)),
            Self::Human => say!("{}", record(&message, 0)),
            Self::Id => sayln!("{}", identity(&message)),
        }
    }

    /// Prints a list: a row per message, with these fields as columns.
    pub fn table<M: Message + Name>(self, messages: &[M], columns: &[&str]) {
        let messages: Vec<DynamicMessage> = messages.iter().filter_map(reflect).collect();
        match self {
            Self::Json => sayln!("{:#}", serde_json::Value::Array(messages.iter().map(json_of).collect())),
            Self::Id => messages.iter().for_each(|message| {
                sayln!("{}", columns.first().map_or_else(String::new, |column| at(message, column)));
            }),
            Self::Human if messages.is_empty() => sayln!("none"),
            Self::Human => say!("{}", table(&messages, columns)),
        }
    }

    /// Prints one message of a stream as it comes.
    pub fn line<M: Message + Name>(self, message: &M, human: impl FnOnce() -> String) {
        match self {
            Self::Json => sayln!("{}", reflect(message).map_or(serde_json::Value::Null, |message| json_of(&message))),
            Self::Human => sayln!("{}", human()),
            Self::Id => sayln!("{}", reflect(message).map_or_else(String::new, |message| identity(&message))),
        }
    }
}

/// What identifies a message to a person: its `id`, the `url` of a code, or else its first field.
fn identity(message: &DynamicMessage) -> String {
    let descriptor = message.descriptor();
    let first = descriptor.fields().next().map(|field| field.name().to_owned()).unwrap_or_default();
    let name = ["id", "url", "token"].into_iter().find(|name| descriptor.get_field_by_name(name).is_some());
    at(message, name.unwrap_or(&first))
}

/// Rows of texts under a head, in columns as wide as they need.
pub fn aligned(head: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(head.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn table(messages: &[DynamicMessage], columns: &[&str]) -> String {
    let head: Vec<String> = columns
        .iter()
        .map(|column| column.rsplit('.').next().unwrap_or(column).replace('_', " ").to_uppercase())
        .collect();
    let rows: Vec<Vec<String>> =
        messages.iter().map(|message| columns.iter().map(|column| at(message, column)).collect()).collect();
    aligned(&head, &rows)
}

/// The cell at a dotted path of fields.
fn at(message: &DynamicMessage, path: &str) -> String {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some(field) = message.descriptor().get_field_by_name(name) else { return String::new() };
    if field.supports_presence() && !message.has_field(&field) {
        return "-".to_owned();
    }
    match (message.get_field(&field).as_ref(), rest) {
        (Value::Message(inner), Some(rest)) => at(inner, rest),
        (value, _) => cell(&field, value),
    }
}

fn record(message: &DynamicMessage, indent: usize) -> String {
    let fields: Vec<FieldDescriptor> =
        message.descriptor().fields().filter(|field| !field.supports_presence() || message.has_field(field)).collect();
    let width = fields.iter().map(|field| field.name().len()).max().unwrap_or(0);
    let mut text = String::new();
    for field in fields {
        let name = field.name().replace('_', " ");
        let value = message.get_field(&field);
        let nested = match value.as_ref() {
            Value::Message(inner) if plain(inner).is_none() => Some(record(inner, indent + 2)),
            Value::List(items) => list(items, indent + 2),
            _ => None,
        };
        match nested {
            Some(nested) => text.extend([" ".repeat(indent).as_str(), &name, "\n", &nested]),
            None => text.push_str(format!("{:indent$}{name:<width$}  {}", "", cell(&field, &value)).trim_end()),
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// A list of messages as a table of all their fields; `None` for a list of plain values.
fn list(items: &[Value], indent: usize) -> Option<String> {
    let messages: Vec<DynamicMessage> = items.iter().filter_map(Value::as_message).cloned().collect();
    let first = messages.first()?;
    let names: Vec<String> = first.descriptor().fields().map(|field| field.name().to_owned()).collect();
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = table(&messages, &columns);
    let margin = " ".repeat(indent);
    Some(text.lines().flat_map(|line| [&margin, line, "\n"]).collect())
}

/// The message types that are one value to a person.
fn plain(message: &DynamicMessage) -> Option<String> {
    let encoded = message.encode_to_vec();
    match message.descriptor().full_name() {
        "sceau.common.v1.Money" => {
            let proto = sceau_proto::common::v1::Money::decode(encoded.as_slice()).ok()?;
            Money::from_wire(proto).ok().map(|money| money.to_string())
        }
        "google.protobuf.Timestamp" => {
            let proto = prost_types::Timestamp::decode(encoded.as_slice()).ok()?;
            Timestamp::from_wire(proto).ok().map(|time| time.to_string())
        }
        "google.protobuf.Duration" => {
            prost_types::Duration::decode(encoded.as_slice()).ok().map(|time| format!("{}s", time.seconds))
        }
        "sceau.common.v1.Personal" => {
            sceau_proto::common::v1::Personal::decode(encoded.as_slice()).ok().map(|personal| personal.clear)
        }
        "sceau.stamp.v1.OrdinalRange" => {
            let range = sceau_proto::stamp::v1::OrdinalRange::decode(encoded.as_slice()).ok()?;
            let last = range.first.saturating_add(range.count.saturating_sub(1));
            Some(if range.count == 1 { last.to_string() } else { format!("{}-{last}", range.first) })
        }
        "sceau.common.v1.Position" => {
            let at = sceau_proto::common::v1::Position::decode(encoded.as_slice()).ok()?;
            Some(format!("{}/{}@{}", at.topic, at.partition, at.offset))
        }
        _ => None,
    }
}

fn cell(field: &FieldDescriptor, value: &Value) -> String {
    match value {
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::I32(number) => number.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F32(number) => format!("{number:.1}"),
        Value::F64(number) => format!("{number:.1}"),
        Value::String(text) => text.clone(),
        Value::Bytes(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat(),
        Value::EnumNumber(number) => choice(field, *number),
        Value::Message(message) => plain(message).unwrap_or_else(|| "…".to_owned()),
        Value::List(items) => items.iter().map(|item| cell(field, item)).collect::<Vec<_>>().join(" "),
        Value::Map(entries) => format!("{} entries", entries.len()),
    }
}

/// `CERTIFICATE_STATUS_IN_FORCE` is `in force` to a person.
fn choice(field: &FieldDescriptor, number: i32) -> String {
    let Kind::Enum(kind) = field.kind() else { return number.to_string() };
    let Some(value) = kind.get_value(number) else { return number.to_string() };
    let zero = kind.default_value();
    let prefix = zero.name().strip_suffix("UNSPECIFIED").unwrap_or_default();
    match value.name().strip_prefix(prefix).unwrap_or(value.name()) {
        "UNSPECIFIED" => "-".to_owned(),
        name => name.replace('_', " ").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use sceau_proto::certification::v1::{CertificateStatus, CertificateSummary};
    use sceau_proto::common::v1::{CommandReceipt, Position};

    use super::*;

    #[test]
    fn a_record_has_a_line_per_field() {
        let position = Position { topic: "sceau.order".into(), partition: 2, offset: 7 };
        let receipt =
            CommandReceipt { position: Some(position), version: 3, id: "x".into(), repeated: false, accepted_at: None };
        let text = record(&reflect(&receipt).unwrap(), 0);
        assert_eq!(text, "position  sceau.order/2@7\nversion   3\nid        x\nrepeated  no\n");
    }

    #[test]
    fn ranges_of_codes_in_a_cell_are_written_as_they_are_typed() {
        let range = |first, count| sceau_proto::stamp::v1::OrdinalRange { first, count };
        let batch =
            sceau_proto::stamp::v1::BatchCodes { batch_id: "x".into(), ranges: vec![range(0, 24), range(30, 1)] };
        assert_eq!(
            table(&[reflect(&batch).unwrap()], &["batch_id", "ranges"]),
            "BATCH ID  RANGES\nx         0-23 30\n"
        );
    }

    #[test]
    fn a_table_is_aligned_and_its_choices_are_words() {
        let one = CertificateSummary {
            product_name: "Attiéké".into(),
            status: CertificateStatus::InForce as i32,
            ..Default::default()
        };
        let text = table(&[reflect(&one).unwrap()], &["product_name", "status", "granted_at"]);
        assert_eq!(text, "PRODUCT NAME  STATUS    GRANTED AT\nAttiéké       in force  -\n");
    }
}
