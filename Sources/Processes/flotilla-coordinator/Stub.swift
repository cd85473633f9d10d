@main struct Stub_flotilla_coordinator { static func main() {} }
