import Foundation

/// The app that runs beside the commands of a transcript, until it is let go of.
///
/// It is named by `nobody` (a port on which nobody listens), `sample-app` with its options, a
/// `Misbehaviour`, or `https of` and one of those, for the https URL of a plain HTTP port.
struct AppOfTranscript {
  private enum Kind {
    case nobody
    case sampleApp(RunningProgram)
    case bad(BadApp)
  }

  /// As the transcript has them.
  let words: String
  let baseURL: String
  private let kind: Kind

  init(_ words: String, folder: URL) async throws {
    self.words = words
    let isMistaken = words.hasPrefix("https of ")
    let words = isMistaken ? String(words.dropFirst(9)) : words
    let arguments = words.split(separator: " ").map(String.init)
    let baseURL: String
    if words == "nobody" {
      kind = .nobody
      baseURL = "http://127.0.0.1:\(try BadApp.freePort())"
    } else if arguments.first == "sample-app" {
      let program = try RunningProgram(arguments + ["--port", "0"], folder: folder)
      guard let ready = await program.line(with: "READY "),
        let object = try JSONSerialization.jsonObject(with: Data(ready.dropFirst(6).utf8))
          as? [String: Any],
        let base = object["base"] as? String
      else { throw Program.Failure(description: "the sample app does not run: \(program.output)") }
      kind = .sampleApp(program)
      baseURL = base
    } else if let misbehaviour = Misbehaviour(rawValue: words) {
      let app = try misbehaviour.start()
      kind = .bad(app)
      baseURL = app.baseURL
    } else {
      throw Program.Failure(description: "there is no app '\(words)'")
    }
    self.baseURL = isMistaken ? "https" + baseURL.dropFirst(4) : baseURL
  }
}

extension Optional where Wrapped == AppOfTranscript {
  /// The text with the app's URL in place of `{app}`, and its port in place of `{port}`.
  func fill(_ text: String) -> String {
    guard let baseURL = self?.baseURL else { return text }
    let port = baseURL.split(separator: ":").last ?? ""
    return text.replacing("{app}", with: baseURL).replacing("{port}", with: port)
  }
}
