// Okta: see design.md
