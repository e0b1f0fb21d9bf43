import Foundation
import HTTP
import JSON
import Recordings
import World

/// A recording as people read it: all of it as a timeline, or one exchange whole.
package struct ShownRecording: Sendable {
  private let recording: Recording
  private let style: TextStyle

  package init(_ recording: Recording, style: TextStyle) {
    self.recording = recording
    self.style = style
  }

  package var timeline: String {
    var before: Int?? = .none
    let rows = recording.entries.map { entry in
      let isFirst = before != .some(entry.eventNumber)
      before = .some(entry.eventNumber)
      // A scenario's attributes stand behind two spaces.
      let title = title(entry).components(separatedBy: "  ")[0]
      return row(entry, event: isFirst ? title : "")
    }
    return TimelineRow.text(rows, style: style)
  }

  /// Request and answer, with all fields and whole bodies.
  package func exchange(_ entry: Recording.Entry) -> String {
    let end = entry.response.map { String($0.status) } ?? "no answer"
    let about = [title(entry), note(entry)].filter { !$0.isEmpty }.joined(separator: "; ")
    let head = "\(entry.number). \(entry.method) \(entry.url) -> \(end)"
    var text = style.dim(head.printable()) + "\n   \(about.printable())\n"
    text += message("sent", entry.fields, body: sent(entry.body))
    guard let response = entry.response else {
      return text + "   \(style.dim("got:")) \((entry.failure ?? "no answer").printable())\n"
    }
    return text + message("got", response.fields, body: lines(response.text))
  }

  private func row(_ entry: Recording.Entry, event: String) -> TimelineRow {
    let isSCIM = entry.act.party == .serviceProvider
    let target = entry.target
    return TimelineRow(
      exchange: entry.number,
      instant: entry.offset,
      event: event.printable(),
      method: entry.method,
      place: (isSCIM ? TimelineRow.place(target) : String(target.prefix { $0 != "?" })).printable(),
      status: entry.response.map { String($0.status) } ?? "—",
      note: Quotation.cut(in: note(entry)).printable()
    )
  }

  private func title(_ entry: Recording.Entry) -> String { entry.event ?? "after the verdict" }

  private func note(_ entry: Recording.Entry) -> String {
    var notes = [answer(entry)]
    if entry.act.party == .serviceProvider, let token = entry.token {
      notes.append("with \(token)")
    }
    if let deviation = entry.deviation { notes.append(deviation) }
    if entry.attempt > 1 { notes.append("try \(entry.attempt)") }
    if let note = TimelineRow.note(of: entry.occasion, entry.act) { notes.append(note) }
    return notes.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  private func answer(_ entry: Recording.Entry) -> String {
    guard let response = entry.response else { return entry.failure ?? "" }
    let document = JSONBody(response.body)
    switch entry.act.party {
    case .browserPages, .metadata, .revocationEndpoint, .hook:
      return ""
    case .tokenEndpoint:
      let object = document.object
      return AnswerNote.tokens(
        response,
        document,
        spent: entry.token,
        access: object?["access_token"]?.string,
        refresh: object?["refresh_token"]?.string
      )
    case .serviceProvider:
      return AnswerNote.resource(entry.act, response.status, document)
    }
  }

  // MARK: One exchange

  private func sent(_ body: Recording.Body) -> [String] {
    switch body {
    case .none: []
    case .form(let fields), .parts(let fields): fields.map { "\($0.name)=\($0.value)".printable() }
    case .text(let text): lines(text)
    }
  }

  /// JSON is laid out, anything else stands as it came.
  private func lines(_ text: String) -> [String] {
    let laidOut = (try? JSONReader.read(text))?.prettyText ?? text
    return laidOut.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.printable(keeping: ["\t"]) }
  }

  private func message(_ label: String, _ fields: HTTPFields, body: [String]) -> String {
    MessageText.of(
      label,
      fields: fields.map { "\($0.name): \($0.value)".printable() },
      body: body == [""] ? [] : body,
      style: style
    )
  }
}
