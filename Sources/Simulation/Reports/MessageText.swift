/// A request or an answer under its label, field by field, the body below.
enum MessageText {
  /// - Parameters:
  ///   - label: `sent` or `got`.
  ///   - body: Its lines; empty for none.
  static func of(_ label: String, fields: [String], body: [String], style: TextStyle) -> String {
    let lines = fields + (body.isEmpty ? [] : [""] + body)
    return "   " + style.dim(label + ":") + "\n"
      + lines.map { ($0.isEmpty ? "" : "     " + $0) + "\n" }.joined()
  }
}
