import JSON

/// A place in an event's line that is filled anew each time.
package struct Clause: Sendable {
  /// What it is, for a message: `a person`.
  let noun: String
  /// How it may be filled; nil where it may be left out.
  let example: String?
  /// What separates it from what stands before it.
  var separator = " "
  /// Its keys in a plan's line.
  let keys: [String]
  let read: @Sendable (inout WordReader, inout Clauses) throws(SourceError) -> Void
  /// As a scenario writes it.
  let text: @Sendable (Clauses) -> String
  let members: @Sendable (Clauses) -> [JSONObject.Member]
  /// The words of a scenario for what a plan's line says; none where it says nothing.
  let words: @Sendable (PlanLine) throws(SourceError) -> [Word]

  /// A new kind of clause is a file beside this one, a place in `Clauses`, and a row here.
  static let all: [Clause] = [
    .person, .duration, .attributesAndEntitlements, .request, .times, .refreshToken, .manner,
    .probedToken, .codeManner, .revokedToken, .hook, .org, .beforeProvisioning, .group,
    .groupContent, .membershipChange, .newName, .unlinkManner, .pages, .specRequest,
  ]
}

/// What fills the clauses of one event's line.
package struct Clauses: Sendable, Equatable {
  package var person: String?
  package var changes: [AttributeChange] = []
  /// One for each kind at most.
  package var entitlements: [EntitlementChange] = []
  package var duration: Duration?
  package var request: AwaitedRequest?
  package var times: Int?
  package var refreshToken: NamedRefreshToken?
  package var manner: RefreshManner?
  package var probedToken: ProbedToken?
  package var codeManner: CodeManner?
  package var revokedToken: RevokedToken?
  package var hook: NamedHook?
  package var org: String?
  package var isBeforeProvisioning = false
  package var group: String?
  /// The people of a group.
  package var members: [String] = []
  /// Of a group.
  package var description: String?
  package var membership: MembershipChange?
  package var newName: String?
  package var unlinkManner: UnlinkManner?
  package var pages: Int?
  package var specRequest: SpecRequest?

  package init(person: String? = nil, changes: [AttributeChange] = []) {
    self.person = person
    self.changes = changes
  }

  /// What the event's form has, so that it was read.
  static func the<Value>(_ clause: Value?) -> Value {
    guard let clause else { preconditionFailure("the event's form has no such clause") }
    return clause
  }
}

/// Goes through the words of a line.
struct WordReader {
  let words: [Word]
  let source: SourceText
  /// How many words are read.
  private(set) var count: Int
  /// The word that names the event's person.
  var person: Word?
  /// The word that names the event's group.
  var group: Word?
  /// What the group is called after the event.
  var newGroupName: Word?
  /// The words that name the people of a group.
  var members: [Word] = []

  init(_ words: [Word], after count: Int, source: SourceText) {
    self.words = words
    self.count = count
    self.source = source
  }

  /// The word that comes next.
  var next: Word? { count < words.count ? words[count] : nil }

  /// The word after the next.
  var following: Word? { count + 1 < words.count ? words[count + 1] : nil }

  /// The words that are left.
  var rest: ArraySlice<Word> { words.dropFirst(count) }

  mutating func take() -> Word? {
    defer { count += 1 }
    return next
  }

  /// What is read so far: `create ada`.
  var before: String { words[..<min(count, words.count)].map(\.text).joined(separator: " ") }

  func end(help: String = "nothing follows there") throws(SourceError) {
    guard let next else { return }
    throw source.mistake("'\(next.text)' has no place after '\(before)'", at: next.span, help: help)
  }
}

extension ArraySlice<Word> {
  /// From the first word to the last.
  var span: Span {
    guard let first, let last else { preconditionFailure("a span of no words") }
    // In a plan all words stand in one string.
    let end = Swift.max(
      last.span.column + last.span.length,
      first.span.column + first.span.length
    )
    return Span(
      line: first.span.line,
      column: first.span.column,
      length: end - first.span.column
    )
  }
}
