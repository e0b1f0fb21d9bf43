import HTTP
import JSON
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// Whether it needs more users than Okta asks for at a time.
  static func isOfManyUsers(_ fault: Fault) -> Bool {
    fault.row.needs.contains("embeddedSampleApp.users=103")
  }

  /// The probes of pages of lists; there are 103 users or 5 groups.
  static func pageProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .listStartIndexAsString:
      linked { app in
        let list = await app.get("/Users?startIndex=1&count=2").json
        #expect(list["totalResults"] == 2)
        return list["startIndex"] == "1"
      }
    case .usersEndAt100:
      linked { app in
        let first = await app.page("/Users", 1, 100)
        let second = await app.page("/Users", 101, 100)
        #expect(first.ids.count == 100)
        return first.total == 100 && second.total == 100 && second.ids.isEmpty
      }
    case .usersTotalOfPage: totalOfPage("/Users", 103)
    case .groupsTotalOfPage: totalOfPage("/Groups", 5)
    case .usersTotalOfRest:
      linked { app in
        #expect(await app.page("/Users", 1, 100).total == 103)
        return await app.page("/Users", 101, 100).total == 3
      }
    case .usersPageOverlaps: second("/Users", 103) { $0 == Array(99..<103) }
    case .groupsPageOverlaps: second("/Groups", 5) { $0 == [1, 2] }
    case .usersPageSkips: second("/Users", 103) { $0 == [101, 102] }
    case .groupsPageSkips: second("/Groups", 5) { $0 == [3, 4] }
    case .usersPagesReversed: second("/Users", 103) { $0 == [2, 1, 0] }
    case .groupsPagesReversed: second("/Groups", 5) { $0 == [2, 1] }
    case .usersStartIndexIgnored: second("/Users", 103) { $0 == Array(0..<100) }
    case .usersOrderByToken:
      { visitor in
        let tokens = await visitor.tokens()
        let before = LinkedVisitor(visitor: visitor, token: tokens.access)
        let first = await before.page("/Users", 1, 200).ids
        let next = await visitor.refresh(tokens.refresh).tokens
        let after = LinkedVisitor(visitor: visitor, token: next.access)
        let second = await after.page("/Users", 1, 200).ids
        #expect(first.count == 103)
        return second == first.reversed()
      }
    case .usersOrderByCount:
      linked { app in
        let small = await app.page("/Users", 1, 100).ids
        let large = await app.page("/Users", 1, 101).ids
        #expect(large.count == 101)
        return !large.starts(with: small) && large.first != small.first
      }
    case .usersPagesSlow:
      linked { app in
        let asked = app.visitor.loop.now
        #expect(await app.page("/Users", 1, 100).ids.count == 100)
        #expect(app.visitor.loop.now == asked)
        #expect(await app.page("/Users", 101, 100).ids.count == 3)
        return app.visitor.loop.now == asked + .milliseconds(100 * 20)
      }
    case .usersPastEndRepeats: pastEnd("/Users", 104) { $0.status == 200 && $0.count == 100 }
    case .groupsPastEndRepeats: pastEnd("/Groups", 6) { $0.status == 200 && $0.count == 5 }
    case .usersPastEnd404: pastEnd("/Users", 104) { $0.status == 404 }
    case .groupsPastEnd400: pastEnd("/Groups", 6) { $0.status == 400 }
    case .usersStartIndexZero422:
      linked { app in
        #expect(await app.get("/Users?startIndex=1&count=1").status == 200)
        return await app.get("/Users?startIndex=0&count=1").status == 422
      }
    case .usersCountOver100Refused:
      linked { app in
        #expect(await app.get("/Users?startIndex=1&count=100").status == 200)
        return await app.get("/Users?startIndex=1&count=101").status == 422
      }
    case .usersNeedPaging: needsPaging("/Users")
    case .groupsNeedPaging: needsPaging("/Groups")
    case .usersPagesOf50:
      linked { app in
        let page = await app.page("/Users", 1, 100)
        #expect(page.total == 103)
        return page.ids.count == 50
      }
    default: nil
    }
  }

  private static func totalOfPage(_ path: String, _ total: Int) -> Probe {
    linked { app in
      let page = await app.page(path, 1, 2)
      #expect(page.ids.count == 2)
      #expect([2, total].contains(page.total))
      return page.total == 2
    }
  }

  /// The second page of 100 users, or of 2 groups, by the places of its resources in the right order.
  private static func second(
    _ path: String,
    _ total: Int,
    _ isWrong: @escaping @Sendable ([Int]) -> Bool
  ) -> Probe {
    linked { app in
      let all = await app.page(path, 1, 200).ids
      #expect(all.count == total)
      let count = total > 100 ? 100 : 2
      #expect(await app.page(path, 1, count).ids == Array(all.prefix(count)))
      let page = await app.page(path, count + 1, count)
      return isWrong(page.ids.compactMap { all.firstIndex(of: $0) })
    }
  }

  private static func pastEnd(
    _ path: String,
    _ start: Int,
    _ isWrong: @escaping @Sendable ((status: Int, count: Int)) -> Bool
  ) -> Probe {
    linked { app in
      let answer = await app.get("\(path)?startIndex=\(start)&count=100")
      let count = answer.json["Resources"]?.array?.count ?? 0
      #expect(await app.page(path, start - 1, 1).ids.count == 1)
      return isWrong((answer.status, count))
    }
  }

  private static func needsPaging(_ path: String) -> Probe {
    linked { app in
      #expect(await app.page(path, 1, 2).ids.count == 2)
      let lists = [path, "\(path)?count=2", "\(path)?startIndex=1"]
      var empty = 0
      for list in lists where await app.get(list).json["Resources"] == [] { empty += 1 }
      #expect(empty == 0 || empty == 3)
      return empty == 3
    }
  }
}

extension LinkedVisitor {
  fileprivate func page(
    _ path: String,
    _ start: Int,
    _ count: Int
  ) async -> (total: Int?, ids: [String]) {
    let list = await get("\(path)?startIndex=\(start)&count=\(count)").json
    return (
      list["totalResults"]?.integer,
      (list["Resources"]?.array ?? []).compactMap { $0["id"]?.string }
    )
  }
}
