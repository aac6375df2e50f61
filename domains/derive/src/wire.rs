//! `#[derive(Wire)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DeriveInput, Error, Fields, FieldsNamed, Ident, Path, Result, Token};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => match keyed(&input.attrs, "request")? {
                Some(request) => from_request(input, fields, &request),
                None => message(input, fields),
            },
            _ => Err(Error::new_spanned(&input.ident, "Wire needs a struct with named fields")),
        },
        Data::Enum(data) if data.variants.iter().all(|variant| variant.fields.is_empty()) => enumeration(input, data),
        Data::Enum(data) => events(input, data),
        Data::Union(_) => Err(Error::new_spanned(&input.ident, "Wire cannot be derived for a union")),
    }
}

/// The `#[wire(path)]` or `#[wire(key = path)]` of an item.
fn attribute(attributes: &[syn::Attribute], key: Option<&str>) -> Result<Option<Path>> {
    let Some(found) = attributes.iter().find(|attribute| attribute.path().is_ident("wire")) else {
        return Ok(None);
    };
    found
        .parse_args_with(|stream: syn::parse::ParseStream<'_>| {
            if let Some(key) = key {
                let name: Ident = stream.parse()?;
                if name != key {
                    return Err(Error::new_spanned(&name, format!("expected `{key} = …`")));
                }
                stream.parse::<Token![=]>()?;
            }
            stream.parse::<Path>()
        })
        .map(Some)
}

/// The path of `#[wire(key = path)]`, when the attribute has that key.
fn keyed(attributes: &[syn::Attribute], key: &str) -> Result<Option<Path>> {
    let has_key = attributes.iter().filter(|attribute| attribute.path().is_ident("wire")).any(|attribute| {
        attribute
            .parse_args_with(|stream: syn::parse::ParseStream<'_>| {
                let name: Ident = stream.parse()?;
                stream.parse::<proc_macro2::TokenStream>()?;
                Ok(name == key)
            })
            .unwrap_or(false)
    });
    if has_key { attribute(attributes, Some(key)) } else { Ok(None) }
}

fn required(input: &DeriveInput, key: Option<&str>, form: &str) -> Result<Path> {
    attribute(&input.attrs, key)?.ok_or_else(|| Error::new_spanned(&input.ident, format!("Wire needs #[wire({form})]")))
}

/// Names of the fields in the struct, in the message, and as a caller reads them.
struct Names {
    ours: Vec<Ident>,
    theirs: Vec<Ident>,
    labels: Vec<String>,
}

fn names(fields: &FieldsNamed) -> Result<Names> {
    let mut found = Names { ours: Vec::new(), theirs: Vec::new(), labels: Vec::new() };
    for field in &fields.named {
        let ours = field.ident.clone().ok_or_else(|| Error::new_spanned(field, "a field needs a name"))?;
        let renamed = attribute(&field.attrs, Some("into"))?;
        let theirs = renamed.and_then(|path| path.get_ident().cloned()).unwrap_or_else(|| ours.clone());
        found.labels.push(theirs.to_string().trim_start_matches("r#").to_owned());
        found.theirs.push(theirs);
        found.ours.push(ours);
    }
    Ok(found)
}

/// Reads every field of `proto`, collecting all faults, and builds the struct.
fn read_fields(Names { ours, theirs, labels }: &Names) -> TokenStream {
    quote! {
        let mut faults = ::std::vec::Vec::new();
        #(let #ours = ::sceau_kernel::wire::Faults::field(&mut faults, #labels, proto.#theirs);)*
        match (#(#ours,)*) {
            (#(::core::option::Option::Some(#ours),)*) => ::core::result::Result::Ok(Self { #(#ours),* }),
            #[allow(unreachable_patterns)]
            _ => ::core::result::Result::Err(::sceau_kernel::wire::Faults(faults)),
        }
    }
}

fn from_request(input: &DeriveInput, fields: &FieldsNamed, request: &Path) -> Result<TokenStream> {
    let name = &input.ident;
    let body = read_fields(&names(fields)?);
    Ok(quote! {
        impl ::sceau_kernel::wire::FromRequest for #name {
            type Request = #request;
            fn from_request(proto: #request) -> ::core::result::Result<Self, ::sceau_kernel::wire::Faults> {
                #body
            }
        }
    })
}

fn message(input: &DeriveInput, fields: &FieldsNamed) -> Result<TokenStream> {
    let name = &input.ident;
    let proto = required(input, None, "path::to::v1::Message")?;
    let type_name = proto_name(&proto);
    let names = names(fields)?;
    let body = read_fields(&names);
    let Names { ours, theirs, .. } = names;
    Ok(quote! {
        impl ::sceau_kernel::wire::Wire for #name {
            type Proto = #proto;
            fn to_wire(&self) -> #proto {
                #proto { #(#theirs: ::sceau_kernel::wire::Field::put(&self.#ours)),* }
            }
            fn from_wire(proto: #proto) -> ::core::result::Result<Self, ::sceau_kernel::wire::Faults> {
                #body
            }
        }
        impl #name {
            /// Full name of the message on the wire.
            pub const TYPE_NAME: &'static str = #type_name;
        }
        ::sceau_kernel::message_field!(#name);
    })
}

/// `sceau_proto::order::v1::OrderPlaced` is the message `sceau.order.v1.OrderPlaced`.
fn proto_name(path: &Path) -> String {
    let parts: Vec<String> = path.segments.iter().skip(1).map(|segment| segment.ident.to_string()).collect();
    format!("sceau.{}", parts.join("."))
}

fn events(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let name = &input.ident;
    let mut variants = Vec::new();
    let mut payloads = Vec::new();
    for variant in &data.variants {
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                variants.push(&variant.ident);
                payloads.push(&fields.unnamed[0].ty);
            }
            _ => return Err(Error::new_spanned(variant, "each variant holds one message")),
        }
    }
    Ok(quote! {
        impl #name {
            /// Full names of all the messages, in the order of the variants.
            pub const TYPE_NAMES: &'static [&'static str] = &[#(<#payloads>::TYPE_NAME),*];
            /// Full name of the event's message.
            pub fn type_name(&self) -> &'static str {
                match self { #(Self::#variants(_) => <#payloads>::TYPE_NAME),* }
            }
            /// The event as the log keeps it.
            pub fn encode_event(&self) -> ::sceau_kernel::EncodedEvent {
                let payload = match self {
                    #(Self::#variants(event) => ::sceau_kernel::prost::Message::encode_to_vec(
                        &::sceau_kernel::wire::Wire::to_wire(event)
                    )),*
                };
                ::sceau_kernel::EncodedEvent { type_name: self.type_name(), payload }
            }
            /// The event of a record; `None` when the name is not one of these.
            pub fn decode_event(
                type_name: &str,
                payload: &[u8],
            ) -> ::core::option::Option<::core::result::Result<Self, ::sceau_kernel::DecodeError>> {
                match type_name {
                    #(<#payloads>::TYPE_NAME => ::core::option::Option::Some(
                        match <<#payloads as ::sceau_kernel::wire::Wire>::Proto as ::sceau_kernel::prost::Message>::decode(payload) {
                            ::core::result::Result::Ok(proto) => {
                                <#payloads as ::sceau_kernel::wire::Wire>::from_wire(proto).map(Self::#variants).map_err(|faults| {
                                    ::sceau_kernel::DecodeError::Invalid { type_name: type_name.to_owned(), faults }
                                })
                            }
                            ::core::result::Result::Err(error) => ::core::result::Result::Err(
                                ::sceau_kernel::DecodeError::Malformed {
                                    type_name: type_name.to_owned(),
                                    reason: error.to_string(),
                                },
                            ),
                        }
                    ),)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    })
}

fn enumeration(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let name = &input.ident;
    let proto = required(input, Some("enumeration"), "enumeration = path::to::v1::Enum")?;
    let variants: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    let choices = variants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let required = format!("is required: one of {choices}");
    let unknown = format!("is not one of {choices}");
    let unspecified = format_ident!("Unspecified");
    Ok(quote! {
        impl ::sceau_kernel::wire::Wire for #name {
            type Proto = i32;
            fn to_wire(&self) -> i32 {
                match self { #(Self::#variants => #proto::#variants as i32),* }
            }
            fn from_wire(number: i32) -> ::core::result::Result<Self, ::sceau_kernel::wire::Faults> {
                match #proto::try_from(number) {
                    #(::core::result::Result::Ok(#proto::#variants) => ::core::result::Result::Ok(Self::#variants),)*
                    ::core::result::Result::Ok(#proto::#unspecified) => {
                        ::core::result::Result::Err(::sceau_kernel::wire::Fault::here(#required).into())
                    }
                    ::core::result::Result::Err(_) => {
                        ::core::result::Result::Err(::sceau_kernel::wire::Fault::here(#unknown).into())
                    }
                }
            }
        }
        impl ::sceau_kernel::wire::Field<i32> for #name {
            fn put(&self) -> i32 {
                ::sceau_kernel::wire::Wire::to_wire(self)
            }
            fn take(field: i32) -> ::core::result::Result<Self, ::sceau_kernel::wire::Faults> {
                ::sceau_kernel::wire::Wire::from_wire(field)
            }
        }
    })
}
