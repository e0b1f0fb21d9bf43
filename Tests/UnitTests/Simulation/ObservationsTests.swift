import Testing

@testable import Simulation

@Suite struct ObservationsTests {
  @Test func `the worst of a kind speaks for all, and its exchanges come first`() {
    var observations = Observations()
    observations.add(Observation(.errorBody, "the 501", [3], level: .should))
    observations.add(Observation(.errorBody, "the 404", [7], level: .must))
    observations.add(Observation(.errorBody, "a later 404", [9], level: .must))

    let all = observations.all
    #expect(all.map(\.message) == ["the 404"])
    #expect(all.map(\.exchanges) == [[7, 3, 9]])
  }
}
