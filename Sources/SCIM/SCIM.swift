// SCIM: see design.md
