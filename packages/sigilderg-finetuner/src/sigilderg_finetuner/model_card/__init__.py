"""The model card: what a run left (`left`), who its base is (`base`), the head and the text made of both (`text`)."""
