"""Material files: default values of scenario keys, each with unit, source and note."""
