//! `#[derive(Row)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let Data::Struct(syn::DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        return Err(Error::new_spanned(name, "Row needs a struct with named fields"));
    };
    let idents: Vec<_> = fields.named.iter().filter_map(|field| field.ident.as_ref()).collect();
    let types: Vec<_> = fields.named.iter().map(|field| &field.ty).collect();
    let labels: Vec<String> =
        idents.iter().map(|ident| ident.to_string().trim_start_matches("r#").to_owned()).collect();
    Ok(quote! {
        impl ::sceau_projection::row::Cells for #name {
            fn columns() -> ::std::vec::Vec<::sceau_projection::row::Column> {
                ::std::vec![#(::sceau_projection::row::Column {
                    name: #labels,
                    kind: <#types as ::sceau_projection::row::CellValue>::KIND,
                }),*]
            }
            fn to_cells(&self) -> ::std::vec::Vec<::sceau_projection::row::Cell> {
                ::std::vec![#(::sceau_projection::row::CellValue::to_cell(&self.#idents)),*]
            }
            fn from_cells(
                cells: ::std::vec::Vec<::sceau_projection::row::Cell>,
            ) -> ::core::result::Result<Self, ::sceau_projection::row::RowError> {
                let mut cells = cells.into_iter();
                ::core::result::Result::Ok(Self {
                    #(#idents: ::sceau_projection::row::CellValue::from_cell(
                        cells.next().unwrap_or(::sceau_projection::row::Cell::Null)
                    ).map_err(|found| ::sceau_projection::row::RowError { column: #labels, found })?),*
                })
            }
        }
    })
}
