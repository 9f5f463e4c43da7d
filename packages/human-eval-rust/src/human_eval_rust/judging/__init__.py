"""Judge answers: from a text to a finding."""
