import Foundation
import JSON
import Profiles
import Recordings
import Simulation

/// `oktasim show`: a recording, read again.
enum ShowCommand {
  static let operands = Operands(text: "[<har>] [N]", count: 0...2)

  static var options: [Option] {
    [.flag("--curl", "print the exchange as a curl line that sends it again")]
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    var operands = arguments.operands
    let number = operands.last.flatMap { Int($0) }
    if number != nil { operands.removeLast() }
    guard operands.count < 2 else {
      throw .usage(
        UsageError(
          "'\(operands[1])' is not the number of an exchange",
          help: "write a whole number"
        )
      )
    }
    guard number != nil || !arguments.has("--curl") else {
      throw .usage(UsageError("--curl needs the number of an exchange"))
    }
    let isNamed = !operands.isEmpty
    let path: String
    if let named = operands.first { path = named } else { path = try newest() }
    let recording: Recording
    do throws(SourceError) {
      recording = try Recording(
        TextFile.read(
          path,
          what: "recording",
          maximumBytes: Recording.maximumBytes,
          otherwise: "'oktasim run' writes recordings, below Recordings"
        )
      )
    } catch {
      throw .mistakes(Mistakes([error]))
    }
    let shown = ShownRecording(
      recording,
      style: TextStyle(terminal.hasColor(.output) ? .ansi : .plain)
    )
    func head() { if !isNamed { terminal.print("\(path):") } }
    guard let number else {
      head()
      terminal.write(shown.timeline)
      return .success
    }
    guard let entry = recording.entries.first(where: { $0.number == number }) else {
      let last = recording.entries.last?.number ?? 0
      throw .usage(
        UsageError(
          "there is no exchange \(number) in \(path)",
          help: last == 0 ? "it holds none" : "they go from 1 to \(last)"
        )
      )
    }
    guard arguments.has("--curl") else {
      head()
      terminal.write(shown.exchange(entry))
      return .success
    }
    let line = CurlLine(entry)
    // For people; what is piped into a shell is the line alone.
    for (name, alias) in line.variables {
      terminal.writeError("note: set \(name) to what \(alias) stands for\n")
    }
    terminal.print(line.text.printable(keeping: ["\n", "\t"]))
    return .success
  }

  /// The recording below the usual folder that was written last.
  private static func newest() throws(CommandError) -> String {
    let manager = FileManager.default
    let root = RunArguments.recordings
    var found: [(date: Date, path: String)] = []
    for folder in (try? manager.contentsOfDirectory(atPath: root)) ?? [] {
      for file in (try? manager.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
      where file.hasSuffix(".har") {
        let path = "\(root)/\(folder)/\(file)"
        let date = (try? manager.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        found.append((date ?? .distantPast, path))
      }
    }
    // Equal dates by name, so that the same is shown again.
    guard let newest = found.max(by: { ($0.date, $1.path) < ($1.date, $0.path) }) else {
      throw .usage(
        UsageError("there is no recording below \(root)", help: "'oktasim run' writes some")
      )
    }
    return newest.path
  }
}
