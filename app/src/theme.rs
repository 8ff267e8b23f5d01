//! Light, dark, high contrast, or what the system says: kept in a cookie, so that the first paint is right.

use leptos::prelude::*;

/// The cookie's name.
const COOKIE: &str = "theme";

/// How the interface looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black on white, without shades.
    Contrast,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Contrast];

    /// The word in the cookie and in `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Contrast => "contrast",
        }
    }

    /// The word on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
            Self::Contrast => "High contrast",
        }
    }

    /// The theme of this word; the system's for any other word.
    pub fn parse(word: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == word)
            .unwrap_or_default()
    }

    /// The next one in the menu, for a switch that goes round.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Contrast,
            Self::Contrast => Self::System,
        }
    }

    /// The theme in a `Cookie` header.
    pub fn of_cookies(header: &str) -> Self {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)
            .map(|(_, word)| Self::parse(word))
            .unwrap_or_default()
    }

    /// The theme that the page is rendered with: from the request's cookie, in the browser from the document.
    pub fn of_request() -> Self {
        #[cfg(feature = "ssr")]
        {
            use_context::<http::request::Parts>()
                .and_then(|parts| {
                    let header = parts.headers.get(http::header::COOKIE)?;
                    Some(Self::of_cookies(header.to_str().ok()?))
                })
                .unwrap_or_default()
        }
        #[cfg(not(feature = "ssr"))]
        {
            document()
                .document_element()
                .and_then(|root| root.get_attribute("data-theme"))
                .map(|word| Self::parse(&word))
                .unwrap_or_default()
        }
    }

    /// Shows the theme and keeps it for a year.
    pub fn apply(self) {
        use web_sys::wasm_bindgen::JsCast;
        let word = self.as_str();
        if let Some(root) = document().document_element() {
            // Setting an attribute of an element that exists can't fail with a valid name.
            let _ = root.set_attribute("data-theme", word);
        }
        if let Some(document) = document().dyn_ref::<web_sys::HtmlDocument>() {
            // Where cookies are refused the theme still holds until the page is left.
            let _ = document.set_cookie(&format!(
                "{COOKIE}={word}; Path=/; Max-Age=31536000; SameSite=Lax"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_nonsense_is_the_system() {
        assert_eq!(Theme::of_cookies("id=x; theme=dark; a=b"), Theme::Dark);
        assert_eq!(Theme::of_cookies("theme=\"><script>"), Theme::System);
        assert_eq!(Theme::of_cookies("mytheme=dark"), Theme::System);
        assert_eq!(Theme::of_cookies(""), Theme::System);
    }

    #[test]
    fn the_switch_reaches_every_theme_and_comes_back() {
        let mut theme = Theme::System;
        for expected in Theme::ALL {
            assert_eq!(theme, expected);
            theme = theme.next();
        }
        assert_eq!(theme, Theme::System);
    }
}
