import HTTP
import JSON

/// A recording as it is read again: its exchanges in their order, aliases in the place of secrets.
package struct Recording: Sendable {
  /// One exchange as it was recorded.
  package struct Entry: Sendable {
    /// As findings and reports count, from 1.
    package var number: Int
    /// The lifecycle event in the words of the scenario; nil for what came after the verdict.
    package var event: String?
    /// Which of the scenario's events, from 1.
    package var eventNumber: Int?
    package var act: Intent.Act
    package var occasion: Cause.Occasion
    package var attempt: Int
    /// The alias of the token that it carried or spent.
    package var token: String?
    package var deviation: String?
    /// Since the start of the run.
    package var offset: Duration

    package var method: String
    /// As a text: an alias has a character that would end a URL.
    package var url: String
    package var fields: HTTPFields
    package var body: Body
    /// nil where no answer came.
    package var response: HTTPResponse?
    /// Why none came.
    package var failure: String?

    /// What stands behind the host.
    package var target: String {
      guard let scheme = url.range(of: "://") else { return url }
      return url[scheme.upperBound...].firstIndex(of: "/").map { String(url[$0...]) } ?? "/"
    }
  }

  /// What a request carried.
  package enum Body: Sendable, Equatable {
    case none
    case form([FormField])
    /// A form that was sent in parts (multipart/form-data).
    case parts([FormField])
    case text(String)
  }

  package var entries: [Entry]

  /// A recording holds what a run may keep of bodies, and what is around them.
  package static let maximumBytes = 256 << 20

  /// - Throws: Where the text is no HAR, or one that another program made.
  package init(_ source: SourceText) throws(SourceError) {
    func mistake(_ problem: String) -> SourceError {
      SourceError(
        problem: problem,
        file: source.file,
        help: "'oktasim run' writes recordings, below Recordings"
      )
    }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONReader.read(
        source.bytes,
        limits: JSONReader.Limits(bytes: Recording.maximumBytes, values: .max)
      )
    } catch {
      throw mistake(
        source.file.hasSuffix(".part")
          ? "the run that writes this recording has not ended" : "this is no recording: \(error)"
      )
    }
    guard let recorded = document["log"]?["entries"]?.array else {
      throw mistake("this is no recording: it has no log with entries")
    }
    var entries: [Entry] = []
    for value in recorded {
      guard let entry = Entry(value) else {
        throw mistake("entry \(entries.count + 1) is not one that oktasim recorded")
      }
      entries.append(entry)
    }
    self.entries = entries.sorted { $0.number < $1.number }
  }
}

extension Recording.Entry {
  fileprivate init?(_ value: JSONValue) {
    guard let ours = value["_oktasim"], let number = ours["exchange"]?.integer,
      let act = ours["act"]?.string.flatMap(Intent.Act.init),
      let occasion = ours["occasion"]?.string.flatMap(Cause.Occasion.init),
      let offset = ours["offset"]?.number?.double, offset.isFinite, abs(offset) < 1e9,
      let request = value["request"], let method = request["method"]?.string,
      let url = request["url"]?.string,
      // What stands in rows and in a shell's line as it is; a recording may come from anybody.
      (1...20).contains(method.utf8.count),
      method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }),
      url.hasPrefix("http://") || url.hasPrefix("https://")
    else { return nil }
    self.number = number
    self.act = act
    self.occasion = occasion
    self.offset = .milliseconds(Int64((offset * 1000).rounded()))
    self.method = method
    self.url = url
    event = ours["event"]?.string
    eventNumber = ours["eventNumber"]?.integer
    attempt = ours["attempt"]?.integer ?? 1
    token = ours["token"]?.string
    deviation = ours["deviation"]?.string
    fields = Recording.Entry.fields(request)
    body = Recording.Entry.body(request["postData"])
    response = value["response"].flatMap(Recording.Entry.response)
    failure = value["response"]?["_error"]?.string
  }

  private static func fields(_ message: JSONValue) -> HTTPFields {
    var fields = HTTPFields()
    for header in message["headers"]?.array ?? [] {
      guard let name = header["name"]?.string, let value = header["value"]?.string else { continue }
      fields.append(name, value)
    }
    return fields
  }

  private static func body(_ data: JSONValue?) -> Recording.Body {
    if let params = data?["params"]?.array {
      let fields = params.compactMap { field in
        field["name"]?.string.map { FormField($0, field["value"]?.string ?? "") }
      }
      let type = MediaType(data?["mimeType"]?.string ?? "")
      return type.essence == MultipartForm.mediaType ? .parts(fields) : .form(fields)
    }
    return data?["text"]?.string.map(Recording.Body.text) ?? .none
  }

  /// A status of 0 is HAR's word for no answer.
  private static func response(_ value: JSONValue) -> HTTPResponse? {
    guard let status = value["status"]?.integer, status != 0 else { return nil }
    return HTTPResponse(
      status: status,
      reason: value["statusText"]?.string ?? "",
      fields: fields(value),
      body: Array((value["content"]?["text"]?.string ?? "").utf8)
    )
  }
}
