    fn split(nums: &[i64]) -> (i64, i64, i64, i64) {
        if let [only] = nums {
            return (*only, *only, *only, *only);
        }
        let (left, right) = nums.split_at(nums.len() / 2);
        let (left_sum, left_prefix, left_suffix, left_best) = split(left);
        let (right_sum, right_prefix, right_suffix, right_best) = split(right);
        (
            left_sum + right_sum,
            left_prefix.min(left_sum + right_prefix),
            right_suffix.min(right_sum + left_suffix),
            left_best.min(right_best).min(left_suffix + right_prefix),
        )
    }
    if nums.is_empty() {
        None
    } else {
        Some(split(nums).3)
    }
}
