import Foundation

/// The program while it runs: what it prints, and how to end it.
///
/// Belongs to one test, hence unchecked.
final class RunningProgram: @unchecked Sendable {
  private let process: Process
  private let endings: AsyncStream<Int32>
  private var chunks: AsyncStream<String>.Iterator
  /// What it has printed so far, as far as it was asked for.
  private(set) var output = ""

  init(_ arguments: [String], environment: [String: String] = [:], folder: URL) throws {
    process = Program.process(arguments, environment: environment, folder: folder)
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    let (endings, ending) = AsyncStream.makeStream(of: Int32.self)
    self.endings = endings
    process.terminationHandler = {
      ending.yield($0.terminationStatus)
      ending.finish()
    }
    let (chunks, chunk) = AsyncStream.makeStream(of: String.self)
    self.chunks = chunks.makeAsyncIterator()
    try process.run()
    try? pipe.fileHandleForWriting.close()
    let reading = pipe.fileHandleForReading
    // A thread of its own: reading from a pipe blocks.
    Thread {
      while true {
        let bytes = reading.availableData
        if bytes.isEmpty { break }
        chunk.yield(String(decoding: bytes, as: UTF8.self))
      }
      chunk.finish()
    }.start()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Whether it ended by itself and not by a signal.
  var endedByItself: Bool { process.terminationReason == .exit }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Sends a signal later, from a thread of its own: a task may be kept waiting by other tests.
  func send(_ signal: Int32, after seconds: Double) {
    Thread { [self] in
      Thread.sleep(forTimeInterval: seconds)
      if process.isRunning { send(signal) }
    }.start()
  }

  /// Waits until a whole line holds `mark`, or until the end of the output.
  ///
  /// - Returns: The first such line; nil where none came.
  @discardableResult
  func line(with mark: String) async -> String? {
    while true {
      let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if let line = lines.first(where: { $0.contains(mark) }) { return String(line) }
      guard let chunk = await chunks.next() else { return nil }
      output += chunk
    }
  }

  /// Waits for the end.
  ///
  /// - Returns: What it exited with, or the signal that ended it.
  func status() async -> Int32? {
    while let chunk = await chunks.next() { output += chunk }
    for await status in endings { return status }
    return nil
  }
}
