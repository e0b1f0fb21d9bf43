/// The marks of SQL and of stack traces in an error's words (failure mode S-18).
enum Internals {
  /// How much of a text is looked at.
  private static let limit = 1 << 14

  /// What databases and runtimes write, and no person to another.
  private static let marks = [
    "SQLSTATE", "SQLITE_CONSTRAINT", "UNIQUE constraint failed", "FOREIGN KEY constraint failed",
    "NOT NULL constraint failed", "CHECK constraint failed", "violates unique constraint",
    "violates foreign key constraint", "violates not-null constraint", "violates check constraint",
    "syntax error at or near", "invalid input syntax for", "Duplicate entry '",
    "Violation of UNIQUE KEY constraint", "Violation of PRIMARY KEY constraint",
    "E11000 duplicate key", "ORA-00001", "INSERT INTO ", "SELECT * FROM ",
    "Traceback (most recent call last)", "goroutine 1 [", ".rb:in ", "#0 /",
  ]

  /// The first line with such a mark.
  static func line(in text: String) -> String? {
    String(text.unicodeScalars.prefix(limit))
      // What is JSON and no SCIM error is looked at as it came.
      .replacing("\\n", with: "\n").replacing("\\t", with: "\t")
      .split(whereSeparator: \.isNewline)
      .first { line in marks.contains { line.contains($0) } || isFrame(line) }
      .map { String($0).trimmingSpace }
  }

  /// How Java, .NET and JavaScript write where they were.
  private static func isFrame(_ line: Substring) -> Bool {
    line.contains(/^\s+at [\w.$<>]+(\(| \(\S+:\d)/)
  }
}
