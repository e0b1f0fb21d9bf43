import Foundation
import HTTP
import JSON
import Profiles
import SelfCheck
import Simulation
import TestSupport
import Testing

/// The bytes that leave the program, against what was published or captured of Okta.
///
/// Each file in `Golden` is transcribed from the reference, which its comment names; none was written by
/// this program. Whoever changes one cites the line that says so.
@Suite struct GoldenTests {
  /// Sources of a request's body or header block that the reference marks as confirmed (sections 2 to 7,
  /// 11 and 13).
  private static let confirmed = [
    "CONCEPT", "ENT", "FZ", "GUIDE18", "LAB-AIW", "OPP-MSG", "PLAN", "PR1023", "RN", "S11", "S20",
    "SCIMSDK419", "SPEC11", "SPEC20",
  ]

  private static let folder = Package.path("Tests/UnitTests/Okta/Golden")

  private static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".golden") }.sorted()

  @Test func `each source of a confirmed block has a file`() throws {
    let sources = try Self.names.map { try Golden(Self.folder + "/" + $0).source }
    #expect(Set(sources).sorted() == Self.confirmed)
  }

  @Test(arguments: names)
  func `what is sent is what was published`(name: String) async throws {
    let golden = try Golden(Self.folder + "/" + name)
    let scenario = try ScenarioReader.read(
      SourceText(file: name, text: golden.scenario),
      name: "golden"
    )
    var settings = ["family=\(golden.family)"]
    settings += golden.settings
    if let version = golden.version { settings.append("scim.version=\(version)") }
    let result = try #require(
      try await SampleAppRun([scenario], settings: settings).perform().first
    )
    let last = try #require(scenario.events.last?.index)
    let outcome = try #require(result.record.outcomes.last)
    #expect(outcome.isSuccess, "\(outcome.ending)")
    let sent = result.record.exchanges.filter { exchange in
      // A request of Okta's test runner is no request of Okta's.
      exchange.intent.event == last
        && exchange.intent.occasion == (golden.isOfTest ? .probe : .okta)
        && exchange.intent.party == .serviceProvider
    }
    let text = sent.map { golden.text(of: $0, in: result.record) }.joined(separator: "\n\n")
    #expect(text == golden.requests)
  }
}

/// A file of `Golden`: what is done before, the event, and what it sends.
private struct Golden {
  var source = ""
  var family = "aiw"
  var version: String?
  /// As behind `--set`.
  var settings: [String] = []
  var showsHeaders = false
  /// Whether it is from one of Okta's test files.
  var isOfTest: Bool { source.hasPrefix("SPEC") }
  var lines: [String] = []
  var requests = ""

  init(_ path: String) throws {
    let parts = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "---\n")
    requests = parts[1].trimmingCharacters(in: .newlines)
    for line in parts[0].split(separator: "\n") {
      let (key, value) = (line.prefix { $0 != ":" }, line.drop { $0 != ":" }.dropFirst(2))
      switch key {
      case "# source": source = String(value)
      case "family": family = String(value)
      case "version": version = String(value)
      case "set": settings.append(String(value))
      case "headers": showsHeaders = true
      case "before", "event": lines.append(String(value))
      default: #expect(line.hasPrefix("#"), "\(line)")
      }
    }
  }

  var scenario: String {
    "Scenario: golden\nauthorize\n" + lines.map { $0 + "\n" }.joined()
  }

  /// With placeholders for what differs from run to run.
  func text(of exchange: Exchange, in record: ScenarioRecord) -> String {
    let request = exchange.request
    let base = record.profile.scim.baseURL
    var text = "\(request.method) \(request.url.description.dropFirst(base.count))"
    if showsHeaders {
      for field in request.fields {
        text += "\n\(field.name): \(placeholder(for: field.name, field.value, request))"
      }
    }
    if !request.body.isEmpty {
      text += "\n" + String(decoding: request.body, as: UTF8.self)
    }
    // The first name of a group that was renamed.
    for (name, id) in record.ids.sorted(by: { $0.key > $1.key }) {
      text = text.replacing(id, with: "{\(name)}")
    }
    text = text.replacing(base, with: "{base}")
    text = text.replacing(/20\d\d-[0-9T:.\-]+Z/, with: "{time}")
    text = text.replacing(/"password":"[A-Za-z0-9]{8}"/, with: #""password":"{password}""#)
    if isOfTest {
      text = text.replacing(/"familyName":"[^"]+"/, with: #""familyName":"{lastName}""#)
      text = text.replacing(/Runscope300 [^"]+"/, with: #"Runscope300 {lastName}""#)
      text = text.replacing(/Runscope300H[a-z0-9]+(@|%40)/) { "Runscope300{lastName}\($0.1)" }
    }
    text = text.replacing(/(ada|bob|carl)\.[a-z0-9]+(@|%40)/) { "\($0.1).{ns}\($0.2)" }
    text = text.replacing(/(team|crew)( \(|%20%28)[a-z0-9]+(\)|%29)/) {
      "\($0.1)\($0.2){ns}\($0.3)"
    }
    text = text.replacing(/"externalId":"00u[A-Za-z0-9]{17}"/, with: #""externalId":"{okta ada}""#)
    return text
  }

  private func placeholder(for name: String, _ value: String, _ request: HTTPRequest) -> String {
    switch name {
    case "Authorization": value.hasPrefix("Bearer ") ? "Bearer {token}" : value
    case "Host": request.url.description.contains("://\(value)/") ? "{host}" : value
    case "Content-Length": value == String(request.body.count) ? "{length}" : value
    default: value
    }
  }
}
