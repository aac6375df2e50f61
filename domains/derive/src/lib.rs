//! Derives the wire form of domain types (`Wire`) and the table form of rows (`Row`), field by field, so that nobody
//! writes a mapping twice. What the traits mean is told where they stand: `sceau_kernel::wire` and
//! `sceau_projection::row`.

mod row;
mod wire;

use proc_macro::TokenStream;

/// Derives `sceau_kernel::wire::Wire`.
///
/// - On a struct with `#[wire(path::to::v1::Message)]`: converts to and from that prost message, which has the same
///   field names; `#[wire(into = other)]` on a field names another one.
/// - On an enum of one-field variants: `type_name`, `encode_event` and `decode_event` over the variants' messages.
/// - On a field-less enum with `#[wire(enumeration = path::to::v1::Enum)]`: the prost enumeration with the same variant
///   names and an `Unspecified` that is refused.
#[proc_macro_derive(Wire, attributes(wire))]
pub fn derive_wire(input: TokenStream) -> TokenStream {
    run(input, wire::expand)
}

/// Derives `sceau_projection::row::Cells` on a struct: one typed column per field.
#[proc_macro_derive(Row)]
pub fn derive_row(input: TokenStream) -> TokenStream {
    run(input, row::expand)
}

fn run(input: TokenStream, expand: fn(&syn::DeriveInput) -> syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
