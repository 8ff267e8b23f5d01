//! Text that strangers wrote, made safe to store and show: one line, no control, bidirectional or invisible characters, capped.

/// Longest name, description or tag list element after cleaning, in characters.
pub const LINE_LIMIT: usize = 256;
/// Longest notes after cleaning, in characters.
pub const NOTES_LIMIT: usize = 4096;

/// Characters that change how the text around them is read, or that cannot be seen.
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text without what changes how it is read, however long it is; what parts its lines or cells becomes a space.
pub fn plain(text: &str) -> String {
    let spaced = text.chars().map(|c| match c {
        '\n' | '\r' | '\t' => ' ',
        other => other,
    });
    spaced.filter(|c| !is_treacherous(*c)).collect()
}

/// One clean line; an error fragment when it is too long.
pub fn line(text: &str) -> Result<String, &'static str> {
    let clean: String = text.chars().filter(|c| !is_treacherous(*c)).collect();
    let clean = clean.trim();
    if clean.chars().count() > LINE_LIMIT {
        return Err("at most 256 characters");
    }
    Ok(clean.to_owned())
}

/// Clean text of several lines; an error fragment when it is too long.
pub fn notes(text: &str) -> Result<String, &'static str> {
    let clean: String = text
        .chars()
        .filter(|c| *c == '\n' || !is_treacherous(*c))
        .collect();
    let clean = clean.trim();
    if clean.chars().count() > NOTES_LIMIT {
        return Err("at most 4,096 characters");
    }
    Ok(clean.to_owned())
}

/// Most tags of one thing.
pub const TAG_LIMIT: usize = 32;

/// Clean tags: lower case, without duplicates, in order of first mention; letters, digits and `. _ : / -` only.
pub fn tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, &'static str> {
    let mut clean: Vec<String> = Vec::new();
    for tag in tags {
        let tag = line(tag)?.to_lowercase();
        if tag.is_empty() || clean.contains(&tag) {
            continue;
        }
        if tag.chars().count() > 40 {
            return Err("a tag has at most 40 characters");
        }
        if !tag
            .chars()
            .all(|c| c.is_alphanumeric() || "._:/-".contains(c))
        {
            return Err("a tag holds letters, digits and . _ : / - only");
        }
        clean.push(tag);
    }
    if clean.len() > TAG_LIMIT {
        return Err("at most 32 tags");
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn treacherous_characters_are_removed() {
        assert_eq!(
            line("  pay\u{202e}\u{200b}load\u{1b}[31m\n ").as_deref(),
            Ok("payload[31m")
        );
        assert_eq!(notes("a\r\nb\u{0}").as_deref(), Ok("a\nb"));
    }

    #[test]
    fn long_text_is_refused_not_cut() {
        assert!(line(&"x".repeat(257)).is_err());
        assert!(line(&"ä".repeat(256)).is_ok());
    }

    #[test]
    fn tags_are_folded_and_checked() {
        assert_eq!(
            tags(["Printer", "printer", " ", "rack-2"]),
            Ok(vec!["printer".into(), "rack-2".into()])
        );
        assert!(tags(["a b"]).is_err());
        assert!(tags(["<b>"]).is_err());
    }
}
