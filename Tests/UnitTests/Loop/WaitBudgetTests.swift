import Loop
import Testing

@Suite struct WaitBudgetTests {
  @Test func `waits one after the other add up`() {
    let budget = WaitBudget(.seconds(100))
    #expect(budget.overrun(by: .seconds(60)) == nil)
    #expect(budget.admits(.seconds(40)))
    #expect(!budget.admits(.seconds(41)))
    #expect(budget.overrun(by: .seconds(41)) == .seconds(101))
    #expect(budget.overrun(by: .seconds(40)) == nil)
  }

  /// From 0 to 60, from 10 to 80 and from 20 to 70 are 80 s; from 200 on 20 s are left.
  @Test func `of waits beside each other the time counts that they take together`() {
    let budget = WaitBudget(.seconds(100))
    func wait(_ seconds: Int, at now: Int) -> Duration? {
      budget.overrun(by: .seconds(seconds), besideOthersAt: .seconds(now))
    }
    #expect(wait(60, at: 0) == nil)
    #expect(wait(70, at: 10) == nil)
    #expect(wait(50, at: 20) == nil)
    #expect(wait(21, at: 200) == .seconds(101))
    #expect(wait(20, at: 200) == nil)
    #expect(budget.excess(of: .seconds(5), at: .seconds(210)) == .zero)
    #expect(budget.excess(of: .seconds(15), at: .seconds(210)) == .seconds(5))
  }

  @Test func `without a limit every wait may begin`() {
    let budget = WaitBudget(nil)
    #expect(budget.overrun(by: .seconds(1 << 40)) == nil)
    #expect(budget.admits(.seconds(1 << 40)))
    #expect(budget.overrun(by: .seconds(7), besideOthersAt: .zero) == nil)
  }
}
