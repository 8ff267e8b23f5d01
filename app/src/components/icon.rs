//! Inline SVG icons, 16 units square, in the colour of the text around them.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// Four tiles.
    Dashboard,
    /// A tree.
    Subnets,
    /// A screen on a stand.
    Hosts,
    /// A clock.
    Events,
    /// Sliders.
    Settings,
    /// A magnifying glass.
    Search,
    /// A sun.
    Sun,
    /// A moon.
    Moon,
    /// A half-filled circle.
    Contrast,
    /// A screen.
    System,
    /// A cross.
    Close,
    /// A plus sign.
    Plus,
    /// A pencil.
    Edit,
    /// A bin.
    Trash,
    /// A triangle with an exclamation mark.
    Warning,
    /// Two sheets.
    Copy,
    /// A tick.
    Check,
    /// A key.
    Key,
    /// An arrow out of a door.
    SignOut,
    /// A pulse.
    Pulse,
    /// An arrow to the right.
    Right,
    /// An arrow downwards.
    Down,
    /// Two arrows in a circle.
    Sweep,
    /// Keyboard.
    Keyboard,
    /// A socket.
    Ports,
    /// A shield.
    Scanner,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Dashboard => "M2 2.75h5v4H2zM9 2.75h5v7H9zM2 8.75h5v4.5H2zM9 11.75h5v1.5H9z",
            Self::Subnets => "M2.5 3h5v3h-5zM8.5 10.5h5v3h-5zM5 6v6h3.5",
            Self::Hosts => "M2 3h12v8H2zM6 14h4M8 11v3",
            Self::Events => "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM8 4.5V8l2.5 1.5",
            Self::Settings => "M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.75v3.5M6 9.75v3.5",
            Self::Search => "M11.5 7a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0zM10.4 10.4 14 14",
            Self::Sun => {
                "M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1"
            }
            Self::Moon => "M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z",
            Self::Contrast => {
                "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM8 2v12M8 4h3.5M8 6.6h5M8 9.2h5M8 11.8h3.5"
            }
            Self::System => "M1.75 3h12.5v8.5H1.75zM5 14h6",
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Plus => "M8 3v10M3 8h10",
            Self::Edit => "M11 2.5 13.5 5 5.5 13H3v-2.5zM9.2 4.3l2.5 2.5",
            Self::Trash => "M2.5 4.5h11M6 4.5V2.75h4V4.5M4 4.5l.6 9h6.8l.6-9M6.75 7v4M9.25 7v4",
            Self::Warning => "M8 2 14.5 13.5h-13zM8 6.5v3.25M8 11.6v.2",
            Self::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            Self::Check => "m3 8.5 3.25 3.25L13 4.5",
            Self::Key => {
                "M8.5 5.75a3.25 3.25 0 1 1-6.5 0 3.25 3.25 0 0 1 6.5 0zM7.6 8.1 13.5 14M11 11.5l1.75-1.75"
            }
            Self::SignOut => "M9.5 2.5h-6v11h6M6.5 8h7.5M11.5 5.25 14.25 8l-2.75 2.75",
            Self::Pulse => "M1.5 8.5h3l2-5.5 3.25 10 2-4.5h2.75",
            Self::Right => "m6 3.5 4.5 4.5L6 12.5",
            Self::Down => "m3.5 6 4.5 4.5L12.5 6",
            Self::Sweep => {
                "M13.5 6.5A5.75 5.75 0 0 0 3 5M2.5 9.5A5.75 5.75 0 0 0 13 11M3 2v3h3M13 14v-3h-3"
            }
            Self::Ports => "M2.5 3.5h11v9h-11zM5.5 9.5v3M8 9.5v3M10.5 9.5v3M6 3.5v2h4v-2",
            Self::Scanner => {
                "M8 1.75 13.5 4v4c0 3.2-2.4 5.3-5.5 6.5C4.9 13.3 2.5 11.2 2.5 8V4zM5.5 8l2 2 3.25-3.75"
            }
            Self::Keyboard => {
                "M1.5 4h13v8.5h-13zM4 6.75h.2M6.6 6.75h.2M9.2 6.75h.2M11.8 6.75h.2M4.5 9.75h7"
            }
        }
    }
}

/// An icon; the text beside it says what it means.
#[component]
pub fn Icon(
    /// Which one.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d=move || glyph.get().path()></path>
        </svg>
    }
}
