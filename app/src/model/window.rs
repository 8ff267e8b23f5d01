//! Which rows of a long list are in sight: arithmetic over a fixed row height.

use std::ops::Range;

/// Rows kept above and below the visible ones, so that a small scroll shows no blank.
pub const MARGIN: usize = 8;

/// Rows that the server renders, before anybody knows how high the window is.
pub const FIRST_ROWS: usize = 48;

/// The rows to keep in the document: those in sight and [`MARGIN`] on both sides.
///
/// `above` is how far the list's top lies above the top of the viewport, in pixels (negative while it lies below).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and both are clamped to the list"
)]
pub fn visible(above: f64, viewport: f64, row_height: f64, len: usize) -> Range<usize> {
    if row_height <= 0.0 {
        return 0..len.min(FIRST_ROWS);
    }
    let in_sight = (viewport / row_height).ceil().max(0.0) as usize;
    let first = (above / row_height).floor().max(0.0) as usize;
    // A list that shrank under the scroll position still shows its end.
    let first = first.min(len.saturating_sub(in_sight));
    let last = ((above + viewport) / row_height).ceil().max(0.0) as usize;
    let start = first.saturating_sub(MARGIN);
    let end = last.max(first).saturating_add(MARGIN).min(len);
    start..end
}

/// How far to scroll so that row `index` is in sight, if it is not: pixels, positive = down.
/// `above` and `viewport` as in [`visible`]; `covered` pixels at each end of the viewport lie under other things.
#[expect(clippy::cast_precision_loss, reason = "no list has 2^52 rows")]
pub fn reveal(
    index: usize,
    above: f64,
    viewport: f64,
    covered: (f64, f64),
    row_height: f64,
) -> Option<f64> {
    let top = index as f64 * row_height - above;
    let bottom = top + row_height;
    if top < covered.0 {
        Some(top - covered.0)
    } else if bottom > viewport - covered.1 {
        Some(bottom - (viewport - covered.1))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_the_sight_and_a_margin() {
        // The list begins 300 px below the top of a 900 px viewport: 15 rows in sight.
        assert_eq!(visible(-300.0, 900.0, 40.0, 65_534), 0..23);
        // Scrolled by 1,000 rows.
        assert_eq!(visible(40_000.0, 900.0, 40.0, 65_534), 992..1031);
        // At the very end.
        assert_eq!(
            visible(65_534.0 * 40.0 - 900.0, 900.0, 40.0, 65_534),
            65_503..65_534
        );
    }

    #[test]
    fn short_and_shrunken_lists_are_shown() {
        assert_eq!(visible(-300.0, 900.0, 40.0, 3), 0..3);
        assert_eq!(visible(-300.0, 900.0, 40.0, 0), 0..0);
        assert_eq!(visible(40_000.0, 900.0, 40.0, 100), 69..100);
        assert_eq!(visible(0.0, 900.0, 0.0, 500), 0..48);
    }

    #[test]
    fn never_more_than_fits_with_its_margins() {
        for above in [-5_000.0, -1.0, 0.0, 39.0, 12_345.0, 2_621_360.0] {
            let rows = visible(above, 900.0, 40.0, 65_534);
            assert!(rows.len() <= 24 + 2 * MARGIN, "{above}: {rows:?}");
        }
    }

    #[test]
    fn reveal_moves_only_what_is_hidden() {
        assert_eq!(reveal(10, 0.0, 900.0, (100.0, 0.0), 40.0), None);
        assert_eq!(reveal(0, 400.0, 900.0, (100.0, 0.0), 40.0), Some(-500.0));
        assert_eq!(reveal(30, 0.0, 900.0, (100.0, 60.0), 40.0), Some(400.0));
    }
}
