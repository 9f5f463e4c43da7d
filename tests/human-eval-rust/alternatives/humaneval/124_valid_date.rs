    fn number(text: &str, width: usize) -> Option<u32> {
        if text.len() == width && text.chars().all(|c| c.is_ascii_digit()) {
            text.parse().ok()
        } else {
            None
        }
    }
    let parts: Vec<&str> = date.split('-').collect();
    let [month, day, year] = parts[..] else {
        return false;
    };
    let (Some(month), Some(day), Some(_)) = (number(month, 2), number(day, 2), number(year, 4))
    else {
        return false;
    };
    let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    month > 0
        && days
            .get(month as usize - 1)
            .is_some_and(|&last| 0 < day && day <= last)
}
