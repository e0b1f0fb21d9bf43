import Foundation
import HTTP
import Loop
import Okta
import Profiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// `oktasim bench`: the engine beside wrk, on one nginx and in one run; `oktasim bench judge`: what
/// a long run costs.
///
/// Figures of two runs cannot be compared, since other work shares the processors; ratios of one
/// run can.
enum BenchCommand {
  static let operands = Operands(text: "[judge]", count: 0...1)

  static var options: [Option] {
    [
      Option("--seconds", "N", .wholeNumber(1...60), standard: "2", "length of each run"),
      Option(
        "--rounds",
        "N",
        .wholeNumber(1...99),
        standard: "7",
        "runs of each client, of which the median counts"
      ),
      Option(
        "--load",
        "NAME",
        .word(BenchLoad.allCases.map(\.rawValue)),
        isRepeatable: true,
        "what is measured: http, post, https, update; all without it"
      ),
      Option(
        "--connections",
        "N",
        .wholeNumber(1...4096),
        isRepeatable: true,
        "how many at once; 16, 64 and 256 without it"
      ),
      AppAccess.connectTo,
    ]
  }

  private struct Options {
    var seconds: Int
    var rounds: Int
    var loads: [BenchLoad]
    var connections: [Int]
    var routes: [ConnectTo]

    init(_ arguments: Arguments) {
      seconds = arguments.integer("--seconds") ?? 2
      rounds = arguments.integer("--rounds") ?? 7
      let named = arguments.texts("--load").compactMap(BenchLoad.init)
      loads = named.isEmpty ? BenchLoad.allCases : named
      let counts = arguments.texts("--connections").compactMap { Int($0) }
      connections = counts.isEmpty ? [16, 64, 256] : counts
      routes = arguments.texts("--connect-to").compactMap { ConnectTo($0) }
    }
  }

  static func execute(
    _ arguments: Arguments,
    terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    if let word = arguments.operands.first {
      guard word == "judge" else {
        throw .usage(
          UsageError(
            "there is no bench '\(word)'",
            help: Suggestion.help(
              for: word,
              among: ["judge"],
              otherwise: "write 'oktasim bench judge', or 'oktasim bench' for the engine beside wrk"
            )
          )
        )
      }
      return try await judge(arguments, terminal)
    }
    do {
      let loops = [try EventLoop.start(), try EventLoop.start()]
      defer { for loop in loops { loop.stop() } }
      try await compare(Options(arguments), on: loops)
      return .success
    } catch {
      throw .usage(UsageError("\(error)"))
    }
  }

  private static func judge(
    _ arguments: Arguments,
    _ terminal: Terminal
  ) async throws(CommandError) -> ExitCode {
    if let option = ["--seconds", "--load", "--connections", "--connect-to"].first(
      where: arguments.has
    ) {
      throw .usage(
        UsageError("\(option) is for the engine beside wrk", help: "leave it out for 'judge'")
      )
    }
    do {
      return try await JudgeBench(rounds: Options(arguments).rounds, terminal: terminal).execute()
    } catch {
      throw .usage(UsageError("\(error)"))
    }
  }

  private static func compare(_ options: Options, on loops: [EventLoop]) async throws {
    let programs = try programs()
    let server = try await BenchServer.start(
      on: loops[0],
      nginx: programs.nginx,
      openssl: programs.openssl,
      sockets: options.routes.compactMap(\.socket)
    )
    do {
      try await awaitAnswer(of: server, on: loops[0])
      try await compare(options, on: loops, server, wrk: programs.wrk)
      await server.stop(on: loops[0])
    } catch {
      await server.stop(on: loops[0])
      throw error
    }
  }

  private static func programs() throws -> (nginx: String, wrk: String, openssl: String) {
    let nginx = ChildProcess.find("nginx")
    let wrk = ChildProcess.find("wrk")
    let openssl = ChildProcess.find("openssl")
    guard let nginx, let wrk, let openssl else {
      let missing = [("nginx", nginx), ("wrk", wrk), ("openssl", openssl)]
        .filter { $0.1 == nil }.map(\.0)
      throw BenchFailure(
        description: """
          the comparison needs \(missing.joined(separator: " and ")), which \
          \(missing.count == 1 ? "is" : "are") not installed; \
          on Debian and Ubuntu: apt-get install \(missing.joined(separator: " "))
          """
      )
    }
    return (nginx, wrk, openssl)
  }

  private static func awaitAnswer(of server: BenchServer, on loop: EventLoop) async throws {
    var requests = BenchRequests(
      .http,
      OktaHeaders(baseURL: BenchLoad.http.baseURL(of: server)),
      first: 0
    )
    let request = requests.next()
    let isUp = try await Task(executorPreference: loop) {
      let transport = SocketTransport(loop: loop)
      defer { transport.close() }
      for _ in 0..<200 {
        let exchange = await transport.send(request, due: nil, intent: Intent(.page))
        if exchange.status == 200 { return true }
        try await loop.sleep(for: .milliseconds(25))
      }
      return false
    }.value
    guard isUp else {
      throw BenchFailure(description: "nginx did not start: \(server.complaint)")
    }
  }

  private static func compare(
    _ options: Options,
    on loops: [EventLoop],
    _ server: BenchServer,
    wrk: String
  ) async throws {
    let wrkLoad = WrkLoad(wrk: wrk, loop: loops[0])
    let engine = EngineLoad(
      loops: loops,
      secured: SecureTransportSettings(
        provider: try OpenSSLProvider(),
        trust: TLSTrust(certificateFile: server.certificateFile)
      ),
      routes: options.routes
    )
    print(
      """
      oktasim beside wrk on one nginx (2 workers), \(loops.count) threads each, medians of \
      \(options.rounds) interleaved runs of \(options.seconds) s

                     requests per second             processor time per request
      load   at once  oktasim      wrk  ratio         oktasim       wrk  ratio  at most
      """
    )
    var smallest: [String] = []
    for load in options.loads {
      var smallestRatio = Double.infinity
      for connections in options.connections {
        var ours: [BenchResult] = []
        var theirs: [BenchResult] = []
        for _ in 0..<options.rounds {
          theirs.append(
            try await wrkLoad.run(
              load,
              on: server,
              connections: connections,
              threads: loops.count,
              seconds: options.seconds
            )
          )
          ours.append(
            try await engine.run(
              load,
              on: server,
              connections: connections,
              seconds: options.seconds
            )
          )
        }
        smallestRatio = min(smallestRatio, printRow(load, connections, ours, theirs))
      }
      smallest.append("\(load) \(String(format: "%.2f", smallestRatio))")
    }
    print(
      """

      smallest ratio: \(smallest.joined(separator: ", ")) (requests per second of oktasim to \
      those of wrk; \(options.loads.map { "\($0): \($0.words)" }.joined(separator: "; ")))
      """
    )
  }

  /// Prints a row; gives the ratio of the requests per second.
  private static func printRow(
    _ load: BenchLoad,
    _ connections: Int,
    _ ours: [BenchResult],
    _ theirs: [BenchResult]
  ) -> Double {
    // Neighbours in time meet the same weather: the median of their ratios, not the ratio of medians.
    let ratio = median(zip(ours, theirs).map { $0.requestsPerSecond / $1.requestsPerSecond })
    let timeRatio = median(
      zip(ours, theirs).map { $0.processorTimePerRequest / $1.processorTimePerRequest }
    )
    func microseconds(_ results: [BenchResult]) -> Double {
      median(results.map { $0.processorTimePerRequest.seconds * 1e6 })
    }
    let name = load.rawValue.padding(toLength: 6, withPad: " ", startingAt: 0)
    print(
      String(
        format: "%@ %7d  %7.0f  %7.0f  %5.2f      %7.2f µs %6.2f µs  %5.2f  %7.2f",
        name,
        connections,
        median(ours.map(\.requestsPerSecond)),
        median(theirs.map(\.requestsPerSecond)),
        ratio,
        microseconds(ours),
        microseconds(theirs),
        timeRatio,
        load.mostOfTime
      )
    )
    return ratio
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let middle = sorted.dropFirst(sorted.count / 2).first else { return 0 }
    return sorted.count % 2 == 1 ? middle : (middle + sorted[sorted.count / 2 - 1]) / 2
  }
}
