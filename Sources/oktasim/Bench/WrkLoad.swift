import Foundation
import HTTP
import Loop
import Okta

/// Asks with wrk, the yardstick: the same fields and a body of the same size, always the same.
struct WrkLoad {
  let wrk: String
  let loop: EventLoop

  /// One run, or one for each part of the load, which share its time.
  func run(
    _ load: BenchLoad,
    on server: BenchServer,
    connections: Int,
    threads: Int,
    seconds: Int
  ) async throws -> BenchResult {
    var time = 0.0
    var processorTime = Duration.zero
    for part in load.ofWrk {
      let result = try await runPart(
        part,
        on: server,
        connections: connections,
        threads: threads,
        seconds: max(1, seconds / load.ofWrk.count)
      )
      time += 1 / result.requestsPerSecond
      processorTime += result.processorTimePerRequest
    }
    return BenchResult(requestsPerSecond: 1 / time, processorTimePerRequest: processorTime)
  }

  private func runPart(
    _ load: BenchLoad,
    on server: BenchServer,
    connections: Int,
    threads: Int,
    seconds: Int
  ) async throws -> BenchResult {
    var requests = BenchRequests(load, OktaHeaders(baseURL: load.baseURL(of: server)), first: 0)
    let request = requests.next()
    let script = "\(server.folder)/\(load.rawValue).lua"
    let output = "\(server.folder)/wrk.out"
    let arguments = [
      "-c", "\(connections)", "-t", "\(min(threads, connections))", "-d", "\(seconds)s",
      "-s", script, "\(request.url)",
    ]
    let wrk = self.wrk
    let lua = luaScript(request)
    let (end, text) = try await loop.offload {
      try lua.write(toFile: script, atomically: false, encoding: .utf8)
      let end = try ChildProcess(wrk, arguments, output: output).wait()
      return (end, try String(contentsOfFile: output, encoding: .utf8))
    }
    guard end.status == 0, !text.contains("Non-2xx"), !text.contains("Socket errors"),
      let rate = number(in: text, after: "Requests/sec:"),
      let requests = text.split(separator: "\n").first(where: { $0.contains(" requests in ") })?
        .split(separator: " ").first.flatMap({ Double($0) })
    else {
      throw BenchFailure(description: "wrk ended with \(end.status) and said: \(text)")
    }
    return BenchResult(
      requestsPerSecond: rate,
      processorTimePerRequest: end.usage.processorTime / max(1, Int(requests))
    )
  }

  private func number(in text: String, after label: String) -> Double? {
    guard let range = text.range(of: label) else { return nil }
    return text[range.upperBound...].split(whereSeparator: \.isWhitespace).first
      .flatMap { Double($0) }
  }

  private func luaScript(_ request: HTTPRequest) -> String {
    var lines = ["wrk.method = \"\(request.method)\""]
    // wrk counts the body itself.
    for field in request.fields where field.name != "Content-Length" {
      lines.append("wrk.headers[\"\(field.name)\"] = \"\(field.value)\"")
    }
    if !request.body.isEmpty {
      lines.append("wrk.body = [[\(String(decoding: request.body, as: UTF8.self))]]")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
