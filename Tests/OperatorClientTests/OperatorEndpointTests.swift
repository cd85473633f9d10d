import FleetModel
import OperatorClient
import Testing

@Suite struct OperatorEndpointTests {
    @Test(arguments: [
        ("unix:///run/flotilla/operator.sock", "unix:///run/flotilla/operator.sock"),
        ("/run/x.sock", "unix:///run/x.sock"), ("http://127.0.0.1:7442/", "http://127.0.0.1:7442"),
    ])
    func readsWhatOperatorsType(text: String, expected: String) throws {
        #expect(try OperatorEndpoint(text).description == expected)
    }

    @Test(arguments: ["", "localhost:80", "ftp://x", "unix:///" + String(repeating: "a", count: 108)])
    func refusesTheRest(text: String) {
        #expect(throws: FleetError.self) { try OperatorEndpoint(text) }
    }
}
