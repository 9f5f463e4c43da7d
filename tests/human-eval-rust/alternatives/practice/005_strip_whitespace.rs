    let is_kept = |c: char| !c.is_whitespace();
    match (text.find(is_kept), text.char_indices().rfind(|&(_, c)| is_kept(c))) {
        (Some(start), Some((last, c))) => &text[start..last + c.len_utf8()],
        _ => "",
    }
}
