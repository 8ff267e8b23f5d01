//! What the subnet's page is made from, and how much of it travels with the first document.

use crate::rpc::{self, Failure};
use domain::{row::SubnetPage, subnet::SubnetId};
use serde::{Deserialize, Serialize};

/// Rows that are sent with the first document; the browser asks for the others.
#[cfg(feature = "ssr")]
const FIRST_ROWS: usize = 300;

/// A subnet with all of its rows, or with the first ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Loaded {
    /// The page.
    pub(super) page: SubnetPage,
    /// Whether these are all rows.
    pub(super) complete: bool,
}

/// Asks for a subnet. A document with 65,536 rows in it would be 13 MB, all of them before the first is seen.
pub(super) async fn load(id: SubnetId) -> Result<Loaded, Failure> {
    let page = rpc::subnet_page(id).await?;
    #[cfg(feature = "ssr")]
    if page.rows.len() > FIRST_ROWS {
        let mut page = page;
        page.rows.truncate(FIRST_ROWS);
        return Ok(Loaded {
            page,
            complete: false,
        });
    }
    Ok(Loaded {
        page,
        complete: true,
    })
}
