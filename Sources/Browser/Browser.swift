// Browser: see design.md
