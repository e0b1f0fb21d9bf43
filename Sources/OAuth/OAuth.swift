// OAuth: see design.md
