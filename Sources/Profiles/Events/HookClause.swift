import JSON

/// A hook by its name, and how far it moves the app's clock.
package struct NamedHook: Sendable, Equatable {
  package var name: String
  package var seconds: Duration?

  package init(name: String, seconds: Duration? = nil) {
    self.name = name
    self.seconds = seconds
  }
}

/// The name of a hook.
enum HookName {
  static let rule = "write letters, digits and '-', such as 'restart-app'"

  static func isOne(_ text: String) -> Bool {
    text.utf8.count <= 64 && (text.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}

extension Clause {
  /// `restart-app`, `advance-clock 600s`.
  static let hook = Clause(
    noun: "the name of a hook",
    example: "restart-app",
    keys: ["hook", "seconds"],
    read: { reader, clauses throws(SourceError) in
      guard let word = reader.take() else { return }
      guard !word.isQuoted, HookName.isOne(word.text) else {
        throw reader.source.mistake(
          "'\(word.text)' is not the name of a hook",
          at: word.span,
          help: HookName.rule
        )
      }
      var hook = NamedHook(name: word.text)
      if let next = reader.take() {
        guard !next.isQuoted, let duration = DurationText.parse(next.text), duration > .zero else {
          throw reader.source.mistake(
            "'\(next.text)' is not a duration",
            at: next.span,
            help: "write 'hook advance-clock 600s'"
          )
        }
        hook.seconds = duration
      }
      clauses.hook = hook
    },
    text: { clauses in
      guard let hook = clauses.hook else { return "" }
      return hook.name + (hook.seconds.map { " " + DurationText.format($0) } ?? "")
    },
    members: { clauses in
      guard let hook = clauses.hook else { return [] }
      return [JSONObject.Member(key: "hook", value: .string(hook.name))]
        + (hook.seconds.map {
          [JSONObject.Member(key: "seconds", value: .string(DurationText.format($0)))]
        } ?? [])
    },
    words: { line throws(SourceError) in
      try line.word("hook") + line.word("seconds")
    }
  )
}
