import Foundation
import ShippedScenarios
import Testing

@Suite struct ShippedScenariosTests {
  @Test func `the program holds the scenarios for every app, byte for byte`() throws {
    let folder = Program.root.appending(path: "Profiles/every-app")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".scenario") }.sorted()

    #expect(ShippedScenarios.all.map { $0.name + ".scenario" } == files)
    for (name, bytes) in ShippedScenarios.all {
      let file = folder.appending(path: name + ".scenario")
      #expect(bytes == Array(try Data(contentsOf: file)), "\(name)")
    }
  }
}
