// swift-tools-version: 6.3
import PackageDescription

// A release has Swift's own libraries inside the program: it starts in half the time, an exchange
// takes a tenth less (measured), and it runs where no Swift is. Tests of a release build need them
// outside: OKTASIM_DYNAMIC=1 swift test -c release -Xswiftc -enable-testing
let linuxRelease = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
// Where what an exchange takes is not at stake, small code is fast enough; the build takes an eighth less
// (measured).
let small: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]
let isStatic = Context.environment["OKTASIM_DYNAMIC"] == nil

// A target imports only what is listed here, and only from above itself.
let package = Package(
  name: "oktasim",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "oktasim", targets: ["oktasim"])],
  targets: [
    .systemLibrary(name: "CSystem"),
    .target(name: "Loop", dependencies: ["CSystem"]),
    .target(name: "JSON"),
    .target(name: "World", dependencies: ["Loop", "JSON"]),
    .target(name: "HTTP", dependencies: ["Loop", "JSON", "World"]),
    .target(name: "OAuth", dependencies: ["Loop", "HTTP", "JSON", "World"]),
    .target(name: "SCIM", dependencies: ["HTTP", "JSON"]),
    .target(name: "Browser", dependencies: ["Loop", "HTTP", "World"], swiftSettings: small),
    .target(name: "Profiles", dependencies: ["OAuth", "JSON", "World"], swiftSettings: small),
    .target(
      name: "Okta",
      dependencies: [
        "Profiles", "OAuth", "SCIM", "Browser", "HTTP", "JSON", "World", "Loop",
      ]
    ),
    .target(
      name: "Recordings",
      dependencies: ["HTTP", "JSON", "World", "Loop"],
      swiftSettings: small
    ),
    .target(
      name: "Simulation",
      dependencies: [
        "Okta", "OAuth", "SCIM", "Profiles", "Recordings", "HTTP", "JSON", "World", "Loop",
      ],
      swiftSettings: small
    ),
    // Many orgs at an arrival rate, judged by the models of a run.
    .target(
      name: "Load",
      dependencies: [
        "Simulation", "Okta", "OAuth", "SCIM", "Profiles", "HTTP", "JSON", "World", "Loop",
      ],
      swiftSettings: small
    ),
    .target(
      name: "SampleApp",
      dependencies: ["HTTP", "JSON", "World", "Loop"],
      swiftSettings: small
    ),
    // The scenarios of Profiles/every-app, for a profile that stands elsewhere, and those of
    // Profiles/sample-app, for the self-check.
    .target(
      name: "ShippedScenarios",
      resources: [
        .embedInCode("every-app"), .embedInCode("every-load"), .embedInCode("sample-app"),
      ]
    ),
    // The sample app in a run, and the proof that its faults are found.
    .target(
      name: "SelfCheck",
      dependencies: [
        "Simulation", "OAuth", "SampleApp", "ShippedScenarios", "Profiles", "HTTP", "JSON", "World",
        "Loop",
      ],
      swiftSettings: small
    ),
    .executableTarget(
      name: "oktasim",
      dependencies: [
        "SelfCheck", "Load", "Simulation", "Okta", "OAuth", "Browser", "Profiles", "Recordings",
        "SampleApp", "ShippedScenarios", "HTTP", "JSON", "World", "Loop",
      ],
      swiftSettings: small + (isStatic ? [.unsafeFlags(["-static-stdlib"], linuxRelease)] : []),
      // lld, since the other linker warns of a function that Foundation calls.
      linkerSettings: isStatic
        ? [.unsafeFlags(["-static-stdlib", "-use-ld=lld"], linuxRelease)] : []
    ),
    .target(
      name: "TestSupport",
      dependencies: [
        "SelfCheck", "Simulation", "Profiles", "OAuth", "SCIM", "Browser", "SampleApp", "HTTP",
        "JSON", "World", "Loop",
      ],
      path: "Tests/TestSupport",
      swiftSettings: small
    ),
    .testTarget(
      name: "UnitTests",
      dependencies: [
        "TestSupport", "Simulation", "Load", "Okta", "OAuth", "SCIM", "Browser", "Profiles",
        "Recordings", "SampleApp", "SelfCheck", "ShippedScenarios", "HTTP", "JSON", "World", "Loop",
      ],
      exclude: ["Okta/Golden"]
    ),
    // Whole runs: against the sample app in this process, against real apps with the program.
    .testTarget(
      name: "ScenarioTests",
      dependencies: [
        "TestSupport", "oktasim", "SelfCheck", "Simulation", "Profiles", "SampleApp", "HTTP",
        "JSON",
        "World", "Loop",
      ]
    ),
    // Runs the program as a person does; depends on it so that it is built.
    .testTarget(
      name: "CommandTests",
      dependencies: ["oktasim", "ShippedScenarios", "Simulation", "HTTP", "World", "Loop"],
      exclude: ["Transcripts"]
    ),
  ]
)

// An async function that belongs to no actor runs where its caller does: each switch would cost an
// exchange as much as reading its head does.
for target in package.targets where ![.system, .test].contains(target.type) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
}

// All tests in under half the time, after a build that takes twice as long (measured: 260 s for 900 s,
// 310 s for 150 s): OKTASIM_OPTIMIZED=1 swift test. For who runs them once, as CI does.
if Context.environment["OKTASIM_OPTIMIZED"] != nil {
  for target in package.targets where ![.system, .test].contains(target.type) {
    target.swiftSettings =
      (target.swiftSettings ?? []) + [.unsafeFlags(["-O"], .when(configuration: .debug))]
  }
}

// The fuzz target: `.fuzz/run` sets the variable.
if Context.environment["OKTASIM_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "Fuzz",
      dependencies: ["TestSupport"],
      path: ".fuzz/Target",
      // The function `main` comes from libFuzzer.
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]
    )
  )
}
