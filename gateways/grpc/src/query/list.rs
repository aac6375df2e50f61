//! One page of a list, newest first.

use sceau_kernel::Tenant;
use sceau_kernel::uuid::Uuid;
use sceau_projection::{Cell, Projection};
use sceau_projector::{Range, ViewReader};
use sceau_proto::common::v1::{PageInfo, PageRequest, QueryMeta};
use tonic::Status;

use super::fresh;
use crate::call::Call;
use crate::failure;
use crate::page::Page;

/// Rows that a filter may pass over for one page; then the page ends early and names where to go on.
const PASSED_OVER_MAX: usize = 5000;

/// What a caller wants of a list.
pub(crate) struct Wanted<'a> {
    pub(crate) meta: Option<&'a QueryMeta>,
    pub(crate) page: Option<&'a PageRequest>,
    /// The list's name and what filters it, to which its page tokens are bound.
    pub(crate) query: &'a str,
}

/// A page.
pub(crate) struct List<P: Projection> {
    pub(crate) rows: Vec<(P::Key, P::Row)>,
    pub(crate) page: PageInfo,
}

impl<P: Projection> List<P> {
    /// Reads the rows whose key begins with `prefix` and that `keep` keeps, from the highest key down.
    pub(crate) async fn read(
        reader: &ViewReader<P>,
        prefix: Vec<Cell>,
        wanted: Wanted<'_>,
        call: &Call,
        keep: impl Fn(&P::Key, &P::Row) -> bool,
    ) -> Result<Self, Status> {
        let page = Page::<P::Key>::of(wanted.page, wanted.query, &prefix)?;
        fresh(reader, wanted.meta.map_or(&[][..], |meta| &meta.at_least), call).await?;
        let (mut rows, mut passed, mut after) = (Vec::new(), 0, page.after.clone());
        loop {
            let mut range = Range::of(prefix.clone(), page.limit()).descending();
            if let Some(after) = after {
                range = range.after(after);
            }
            let found = reader.scan(range).await.map_err(|error| failure::view(&error))?;
            let ended = found.len() < page.limit();
            let last = found.last().map(|(key, _)| key.clone());
            passed += found.len();
            rows.extend(found.into_iter().filter(|(key, row)| keep(key, row)));
            if rows.len() > page.size || ended {
                let page = page.cut(&mut rows);
                return Ok(Self { rows, page });
            }
            if passed > PASSED_OVER_MAX {
                let next_token = last.as_ref().map_or_else(String::new, |key| page.token(key));
                return Ok(Self { rows, page: PageInfo { next_token } });
            }
            after = last;
        }
    }
}

/// A tenant as the cell of a key.
pub(crate) fn text(tenant: &Tenant) -> Cell {
    Cell::Text(tenant.to_string())
}

/// An id as the cell of a key.
pub(crate) fn uuid(id: Uuid) -> Cell {
    Cell::Uuid(id.as_u128())
}
