//! The border between Rust types that cannot be invalid and prost messages that can.
//!
//! `#[derive(Wire)] #[wire(sceau_proto::order::v1::OrderPlaced)]` on a struct converts it field by field to and from
//! the message of the same field names; on an enum of one-field variants it gives the type name, encoding and decoding
//! of events; on a field-less enum (`#[wire(enumeration = sceau_proto::order::v1::Form)]`) it maps the numbers. Every
//! fault of a message is found in one pass and named by its path.

use std::fmt;

/// One fault of a message: where and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, for example `lines[2].count`.
    pub path: String,
    /// What is wrong with it and what to give instead.
    pub reason: String,
}

impl Fault {
    /// A fault of the field at `path`.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// A fault of the value itself; its owner adds the path.
    pub fn here(reason: impl Into<String>) -> Self {
        Self::new("", reason)
    }
}

/// All faults of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Self(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.0.iter().enumerate() {
            let separator = if n == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", fault.path, fault.reason)?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

impl Faults {
    /// Takes one field of a message: its value, or `None` with its faults added under `name`.
    pub fn field<T: Field<F>, F>(all: &mut Vec<Fault>, name: &str, value: F) -> Option<T> {
        match T::take(value) {
            Ok(value) => Some(value),
            Err(faults) => {
                all.extend(faults.under(name).0);
                None
            }
        }
    }

    /// The same faults, with `name` put before every path.
    #[must_use]
    pub fn under(mut self, name: &str) -> Self {
        for fault in &mut self.0 {
            fault.path = match fault.path.as_str() {
                "" => name.to_owned(),
                path if path.starts_with('[') => format!("{name}{path}"),
                path => format!("{name}.{path}"),
            };
        }
        self
    }
}

/// A type with a wire form.
pub trait Wire: Sized {
    /// The prost message (or scalar) on the wire.
    type Proto;
    /// The wire form.
    fn to_wire(&self) -> Self::Proto;
    /// The value, if the wire form is a valid one; all its faults otherwise.
    fn from_wire(proto: Self::Proto) -> Result<Self, Faults>;
}

/// The body of a command, read from the message a caller sends. `#[derive(Wire)]` with
/// `#[wire(request = path::to::v1::PlaceOrderRequest)]` on a struct gives it: fields of the message that the struct
/// does not have (`meta`, an id that names the stream) are left out.
pub trait FromRequest: Sized {
    /// The request message.
    type Request;
    /// The body, if the request is a valid one; all its faults otherwise.
    fn from_request(request: Self::Request) -> Result<Self, Faults>;
}

/// A type that can stand for a message field of prost type `F`.
pub trait Field<F>: Sized {
    /// The field's value.
    fn put(&self) -> F;
    /// The value of the field, if it is valid.
    fn take(field: F) -> Result<Self, Faults>;
}

macro_rules! plain {
    ($($scalar:ty),*) => {$(
        impl Field<$scalar> for $scalar {
            fn put(&self) -> $scalar { *self }
            fn take(field: $scalar) -> Result<Self, Faults> { Ok(field) }
        }
        impl Wire for $scalar {
            type Proto = $scalar;
            fn to_wire(&self) -> $scalar { *self }
            fn from_wire(proto: $scalar) -> Result<Self, Faults> { Ok(proto) }
        }
    )*};
}
plain!(bool, u32, u64, i32, i64);

/// A text that must be there; an empty one is refused.
impl Field<String> for String {
    fn put(&self) -> String {
        self.clone()
    }
    fn take(field: String) -> Result<Self, Faults> {
        if field.trim().is_empty() {
            return Err(Fault::here("is required").into());
        }
        Ok(field)
    }
}

impl Wire for String {
    type Proto = String;
    fn to_wire(&self) -> String {
        self.clone()
    }
    fn from_wire(proto: String) -> Result<Self, Faults> {
        <Self as Field<String>>::take(proto)
    }
}

/// Bytes that may be empty.
impl Field<Vec<u8>> for Vec<u8> {
    fn put(&self) -> Vec<u8> {
        self.clone()
    }
    fn take(field: Vec<u8>) -> Result<Self, Faults> {
        Ok(field)
    }
}

/// An `optional` field.
impl<T: Wire> Field<Option<T::Proto>> for Option<T> {
    fn put(&self) -> Option<T::Proto> {
        self.as_ref().map(Wire::to_wire)
    }
    fn take(field: Option<T::Proto>) -> Result<Self, Faults> {
        field.map(T::from_wire).transpose()
    }
}

/// A `repeated` field.
impl<T: Wire> Field<Vec<T::Proto>> for Vec<T> {
    fn put(&self) -> Vec<T::Proto> {
        self.iter().map(Wire::to_wire).collect()
    }
    fn take(field: Vec<T::Proto>) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut values = Self::with_capacity(field.len());
        for (n, item) in field.into_iter().enumerate() {
            match T::from_wire(item) {
                Ok(value) => values.push(value),
                Err(found) => faults.extend(found.under(&format!("[{n}]")).0),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(Faults(faults)) }
    }
}

/// A type whose wire form is a text: ids, GTINs, codes.
pub trait Text: Sized {
    /// What a valid text is, for the message to the caller: `a company id (a UUID)`.
    const WHAT: &'static str;
    /// The value of a text.
    fn parse(text: &str) -> Option<Self>;
    /// The canonical text.
    fn print(&self) -> String;
}

/// Gives a [`Text`] type its place on the wire.
#[macro_export]
macro_rules! text_wire {
    ($name:ty) => {
        impl $crate::wire::Wire for $name {
            type Proto = String;
            fn to_wire(&self) -> String {
                $crate::wire::Text::print(self)
            }
            fn from_wire(proto: String) -> Result<Self, $crate::wire::Faults> {
                <Self as $crate::wire::Field<String>>::take(proto)
            }
        }
        impl $crate::wire::Field<String> for $name {
            fn put(&self) -> String {
                $crate::wire::Text::print(self)
            }
            fn take(field: String) -> Result<Self, $crate::wire::Faults> {
                if field.is_empty() {
                    return Err($crate::wire::Fault::here("is required").into());
                }
                <Self as $crate::wire::Text>::parse(&field).ok_or_else(|| {
                    $crate::wire::Fault::here(format!("`{field}` is not {}", <Self as $crate::wire::Text>::WHAT)).into()
                })
            }
        }
    };
}

/// Gives a [`Wire`] type whose proto is a message its place as a required field.
#[macro_export]
macro_rules! message_field {
    ($name:ty) => {
        impl $crate::wire::Field<Option<<$name as $crate::wire::Wire>::Proto>> for $name {
            fn put(&self) -> Option<<$name as $crate::wire::Wire>::Proto> {
                Some($crate::wire::Wire::to_wire(self))
            }
            fn take(field: Option<<$name as $crate::wire::Wire>::Proto>) -> Result<Self, $crate::wire::Faults> {
                match field {
                    Some(message) => <$name as $crate::wire::Wire>::from_wire(message),
                    None => Err($crate::wire::Fault::here("is required").into()),
                }
            }
        }
    };
}
