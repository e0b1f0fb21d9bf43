import Synchronization
import World

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Where a command's words go: results to standard output, the rest to standard error.
///
/// A terminal gets colour and a progress line, a pipe gets plain lines. Lines that several tasks
/// print do not mix.
final class Terminal: Sendable {
  enum Channel: Sendable {
    case output, errors

    fileprivate var descriptor: Int32 { self == .output ? 1 : 2 }
  }

  enum Style: String, Sendable {
    case failed = "31"
    case warning = "33"
    case passed = "32"
    case dim = "2"
    case bold = "1"
  }

  private struct State {
    var isProgressShown = false
    /// Whoever read the output has gone, or has no room; nothing more is written to it.
    var isOutputGone = false
    /// Why the output is not whole, such as a full disk; a reader that went away had enough.
    var outputProblem: String?
  }

  let isInputTerminal: Bool
  let isOutputTerminal: Bool
  let isErrorTerminal: Bool
  private let allowsColor: Bool
  private let allowsMovement: Bool
  private let columns: Int?
  private let state = Mutex(State())

  init(environment: Environment) {
    isInputTerminal = isatty(0) == 1
    isOutputTerminal = isatty(1) == 1
    isErrorTerminal = isatty(2) == 1
    let isDumb = environment["TERM"] == "dumb"
    // https://no-color.org: set and not empty.
    allowsColor = (environment["NO_COLOR"] ?? "").isEmpty && !isDumb
    allowsMovement = !isDumb
    columns = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// The columns of the terminal now; 80 where nobody says.
  var width: Int {
    if let columns { return columns }
    for descriptor: Int32 in [1, 2] {
      var size = winsize()
      if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
        return Int(size.ws_col)
      }
    }
    return 80
  }

  /// What kept the output from being written whole; nil where it was, or nobody read on.
  var outputProblem: String? { state.withLock { $0.outputProblem } }

  /// Whether `progress` shows anything.
  var showsProgress: Bool { isErrorTerminal && allowsMovement }

  func hasColor(_ channel: Channel) -> Bool {
    allowsColor && (channel == .output ? isOutputTerminal : isErrorTerminal)
  }

  /// `text` in a style where `channel` has colour, else as it stands.
  func styled(_ text: String, _ style: Style, on channel: Channel = .output) -> String {
    hasColor(channel) ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Writes a line.
  func print(_ line: String = "", to channel: Channel = .output) {
    write(line + "\n", to: channel)
  }

  /// Writes, as it stands; gives false where it could not.
  @discardableResult
  func write(_ text: String, to channel: Channel = .output) -> Bool {
    let text = Quotation.cut(in: text)
    return state.withLock { state in
      Self.clearProgress(&state)
      if channel == .output, state.isOutputGone { return false }
      let isWritten = Self.writeAll(text, to: channel.descriptor)
      if channel == .output, !isWritten {
        if [ENOSPC, EDQUOT, EFBIG, EIO].contains(errno) {
          state.outputProblem = String(cString: strerror(errno))
        }
        state.isOutputGone = true
      }
      return isWritten
    }
  }

  /// Writes to standard error, as it stands.
  func writeError(_ text: String) { write(text, to: .errors) }

  /// Writes `error: …` to standard error, with what to do about it.
  func printError(_ message: String, help: String? = nil) {
    let help = help.map { "; \($0)" } ?? ""
    writeError(styled("error:", .failed, on: .errors) + " " + message + help + "\n")
  }

  /// Writes `warning: …` to standard error.
  func printWarning(_ message: String) {
    writeError(styled("warning:", .warning, on: .errors) + " " + message + "\n")
  }

  /// Replaces the progress line; nothing where standard error is not a terminal.
  func progress(_ text: String) {
    guard showsProgress else { return }
    // One column is left free, so that no terminal wraps the line.
    let line = text.prefix(max(0, width - 1))
    state.withLock { state in
      state.isProgressShown = true
      Self.writeAll("\r\u{1B}[K\(line)", to: 2)
    }
  }

  /// Takes the progress line away.
  func endProgress() {
    state.withLock { Self.clearProgress(&$0) }
  }

  private static func clearProgress(_ state: inout State) {
    guard state.isProgressShown else { return }
    state.isProgressShown = false
    writeAll("\r\u{1B}[K", to: 2)
  }

  @discardableResult
  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Glibc)
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #else
        let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count < 0, errno == EAGAIN {
          // The other side of the pipe made it non-blocking.
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wanted, 1, -1)
          continue
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return true
    }
  }
}
