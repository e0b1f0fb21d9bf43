import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a measurement needs and could not have.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String
}

extension ChildProcess {
  /// Starts `program` with both of its outputs in a file: call it off the loop.
  convenience init(
    _ program: String,
    _ arguments: [String],
    output file: String
  ) throws(BenchFailure) {
    let output = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { Sys.close(output) }
    do throws(SystemError) {
      try Sys.check(output, "open")
      try self.init([program] + arguments, output: output, errors: output)
    } catch {
      throw BenchFailure(description: "could not start '\(program)': \(error.words)")
    }
  }

  /// The file of a program that is called by its name, or nil where there is none.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    // Servers stand where an ordinary user's PATH does not look.
    let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}

extension ChildProcess.End {
  /// The exit status, or 128 and the signal's number.
  var status: Int32 {
    switch reason {
    case .exited(let status): status
    case .killed(let signal): 128 + signal
    }
  }
}
