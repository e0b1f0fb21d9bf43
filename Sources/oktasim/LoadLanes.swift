import Foundation
import HTTP
import Load
import Loop
import Profiles
import SelfCheck
import World

/// The loops of a load, each with its way to the app.
enum LoadLanes {
  /// Starts the app, if the profile embeds it, and as many loops as the machine has use for; stops all of
  /// them afterwards.
  ///
  /// - Parameter body: Gets the profile with what only the app that was started knows.
  static func with<Result: Sendable>(
    _ settings: LoadSettings,
    _ access: AppAccess,
    _ connections: ConnectionPolicy,
    _ body: @escaping @Sendable ([LoadLane], IntegrationProfile) async -> Result
  ) async throws -> Result {
    let isVirtual = settings.profile.embeddedSampleApp?.clock == .virtual
    // The app's own, where the load starts it: what it takes is not the generator's.
    let appLoop = try EventLoop.start(clock: isVirtual ? .virtual : .real)
    defer { appLoop.stop() }
    return try await Task(executorPreference: appLoop) {
      let app = try await AppUnderTest.start(
        profile: settings.profile,
        seed: settings.seed,
        startedAt: Int(settings.runStart / 1000),
        secured: try await access.secured(settings.profile, appLoop),
        hosts: access.hosts,
        routes: access.routes,
        loop: appLoop
      )
      if isVirtual {
        let connection = app.connectInProcess("load")
        let result = await body(
          [LoadLane(loop: appLoop, transport: connection.transport)],
          connection.profile
        )
        await app.stop()
        return result
      }
      var lanes: [LoadLane] = []
      var transports: [SocketTransport] = []
      let count = loopCount(settings, connections)
      for number in 0..<count {
        let loop = try EventLoop.start()
        let transport = app.transport(on: loop, connections: connections.part(number, of: count))
        transports.append(transport)
        lanes.append(LoadLane(loop: loop, transport: transport))
      }
      let result = await body(lanes, app.profile)
      for (lane, transport) in zip(lanes, transports) {
        await Task(executorPreference: lane.loop) { transport.close() }.value
        lane.loop.stop()
      }
      await app.stop()
      return result
    }.value
  }

  /// One processor is left to the app where the load starts it.
  private static func loopCount(_ settings: LoadSettings, _ connections: ConnectionPolicy) -> Int {
    let processors = ProcessInfo.processInfo.activeProcessorCount
    let free = settings.profile.embeddedSampleApp == nil ? processors : processors - 1
    return max(1, min(free, settings.orgs, connections.most ?? 8, 8))
  }
}

extension ConnectionPolicy {
  /// What one of several loops has of it.
  fileprivate func part(_ number: Int, of count: Int) -> ConnectionPolicy {
    var part = self
    part.most = most.map { $0 / count + (number < $0 % count ? 1 : 0) }
    return part
  }
}
